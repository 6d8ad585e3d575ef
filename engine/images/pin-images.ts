/** Writes digests behind the tags of a Dockerfile's base images. */
import { type DigestAnswer, type ImageReference, parseImageReference } from "./registry.ts";

export interface PinnedText {
  readonly text: string;
  /** One a base image, in the order of the file. */
  readonly lines: readonly { readonly image: string; readonly answer: DigestAnswer }[];
}

const BASE_ARGUMENT = /^(ARG [A-Z_]*IMAGE=)(\S+)$/gm;

/** Where `ask` gives no digest, the line stays as it is. */
export async function pinImages(
  dockerfile: string,
  ask: (reference: ImageReference) => Promise<DigestAnswer>,
): Promise<PinnedText> {
  const lines: { image: string; answer: DigestAnswer }[] = [];
  let text = dockerfile;
  for (const [line, argument = "", image = ""] of dockerfile.matchAll(BASE_ARGUMENT)) {
    const tagged = image.replace(/@.*$/, "");
    const answer = await ask(parseImageReference(tagged));
    lines.push({ image: tagged, answer });
    if (answer.outcome === "digest") text = text.replace(line, `${argument}${tagged}@${answer.digest}`);
  }
  return { text, lines };
}
