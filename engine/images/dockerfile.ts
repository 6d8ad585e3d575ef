/** A Dockerfile as a list of stages, for the checks of the build: as much of its syntax as ours uses. */

export interface Instruction {
  /** In capitals. */
  readonly word: string;
  readonly rest: string;
}

export interface Stage {
  readonly name: string;
  readonly from: string;
  readonly instructions: readonly Instruction[];
}

export interface Dockerfile {
  /** Of the ARGs before the first FROM: name → default. */
  readonly baseArguments: ReadonlyMap<string, string>;
  readonly stages: readonly Stage[];
}

export function parseDockerfile(text: string): Dockerfile {
  const baseArguments = new Map<string, string>();
  const stages: { name: string; from: string; instructions: Instruction[] }[] = [];
  for (const { word, rest } of instructionsOf(text)) {
    const stage = stages.at(-1);
    if (word === "FROM") {
      const [from = "", , name = ""] = rest.split(/\s+/);
      stages.push({ name, from, instructions: [] });
    } else if (stage !== undefined) {
      stage.instructions.push({ word, rest });
    } else if (word === "ARG") {
      const [name = "", value = ""] = rest.split(/=(.*)/s);
      baseArguments.set(name, value);
    }
  }
  return { baseArguments, stages };
}

function instructionsOf(text: string): readonly Instruction[] {
  const lines = text.split("\n").filter((line) => !/^\s*(#|$)/.test(line));
  const joined = lines.join("\n").replaceAll(/\\\n/g, " ");
  return joined.split("\n").map((line) => {
    const [word = "", rest = ""] = line.trim().split(/\s+(.*)/s);
    return { word: word.toUpperCase(), rest };
  });
}

/** A stage's own instructions, after those of the stages it is from. */
export function inheritedInstructions({ stages }: Dockerfile, stage: Stage): readonly Instruction[] {
  const parent = stages.find(({ name }) => name === stage.from);
  return parent === undefined
    ? stage.instructions
    : [...inheritedInstructions({ stages, baseArguments: new Map() }, parent), ...stage.instructions];
}
