/** An intake that takes everything and answers when the test says so: not an engine. */
import type { CommandAnswer } from "../../../protocol/bus-messages.ts";
import type {
  CommandIntake,
  CommandStream,
  SourceCursor,
  SourceIdentity,
  StreamPosition,
} from "../../command-intake.ts";

export class FakeIntake implements CommandIntake {
  readonly taken: { readonly stream: CommandStream; readonly position: StreamPosition }[] = [];
  readonly #answers: ((answer: CommandAnswer) => void)[] = [];
  readonly #cursors: Record<CommandStream, SourceCursor> = {
    trade: { ms: 0, counter: 0, identity: null },
    ops: { ms: 0, counter: 0, identity: null },
  };

  sourceCursors(): Readonly<Record<CommandStream, SourceCursor>> {
    return this.#cursors;
  }

  async startSourceEpoch(stream: CommandStream, identity: SourceIdentity): Promise<void> {
    this.#cursors[stream] = { ms: 0, counter: 0, identity };
  }

  take(
    _record: Uint8Array,
    stream: CommandStream,
    position: StreamPosition,
    answer: (answer: CommandAnswer) => void,
  ): void {
    this.taken.push({ stream, position });
    this.#answers.push(answer);
  }

  /** As if all that was taken had become durable. */
  answerAll(): void {
    for (const { stream, position } of this.taken) this.#cursors[stream] = { ...this.#cursors[stream], ...position };
    for (const answer of this.#answers.splice(0)) answer({ error: "outcome_unknown", message: "a fake's answer" });
  }
}
