/** A challenge for whatever somebody is about to do; what may be done at all is judged when it is done. */

import { newChallenge } from "../../_shared/people/fresh-assertion.ts";
import { creationOptions, requestOptions } from "../../_shared/people/passkey-checks.ts";
import type { Challenge } from "../../_shared/people/people-api.ts";
import { passkeyNeeded } from "../../_shared/people/person-refusals.ts";
import { bodyOf, type PersonCall, signedIn } from "../../_shared/people/person-request.ts";
import { mayAddFreely } from "./passkeys.ts";
import { challengeBody } from "./person-bodies.ts";
import { freeName } from "./sign-up.ts";

export async function makeChallenge(call: PersonCall): Promise<Challenge> {
  const { people, nowMs } = call;
  const { purpose } = bodyOf(call, challengeBody);
  switch (purpose.kind) {
    case "sign_up": {
      const name = await freeName(people, purpose.name);
      const { challenge, nonce } = await newChallenge(people, { kind: "sign_up", name }, null, nowMs);
      // Whoever signs up is given the challenge's own id.
      const creation = await creationOptions(people, { person: challenge, name }, nonce, []);
      return { challengeId: challenge, creation };
    }
    case "sign_in": {
      const { challenge, nonce } = await newChallenge(people, purpose, null, nowMs);
      return { challengeId: challenge, request: await requestOptions(people, nonce, []) };
    }
    case "add_passkey": {
      const { session } = signedIn(call);
      const held = await people.store.passkeys.ofPerson(session.person.person);
      const { challenge, nonce } = await newChallenge(people, purpose, session, nowMs);
      const creation = await creationOptions(people, session.person, nonce, held);
      if (mayAddFreely(session, nowMs)) return { challengeId: challenge, creation };
      return { challengeId: challenge, creation, request: await requestOptions(people, nonce, held) };
    }
    case "add_device":
    case "add_key":
    case "withdraw":
    case "renew_recovery_codes": {
      const { session } = signedIn(call);
      const held = await people.store.passkeys.ofPerson(session.person.person);
      if (held.length === 0) throw passkeyNeeded();
      const { challenge, nonce } = await newChallenge(people, purpose, session, nowMs);
      return { challengeId: challenge, request: await requestOptions(people, nonce, held) };
    }
  }
}
