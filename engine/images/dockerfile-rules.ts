/** What must be true of our Dockerfile. Each rule gives a sentence for each violation; none: the file keeps them all. */
import { type Dockerfile, inheritedInstructions, type Stage } from "./dockerfile.ts";
import { type Image, startFileOf } from "./workloads.ts";

export type DockerfileRule = (dockerfile: Dockerfile, images: readonly Image[]) => readonly string[];

/** Stages that a target may be made of, and that nobody runs. */
const HELPER_STAGES = ["build", "base-files", "base"];
const FULL_VERSION_TAG = /^[a-z0-9./-]+:\d+\.\d+\.\d+-[a-z0-9.-]+(@sha256:[0-9a-f]{64})?$/;

export const DOCKERFILE_RULES: Readonly<Record<string, DockerfileRule>> = {
  "one argument names the base of all stages": ({ baseArguments, stages }) => {
    const names = [...baseArguments.keys()];
    const known = new Set(["scratch", ...names.map((name) => `\${${name}}`), ...stages.map(({ name }) => name)]);
    return [
      ...(names.length === 1 ? [] : [`the arguments before FROM are ${names.join(", ")}`]),
      ...stages.filter(({ from }) => !known.has(from)).map(({ name, from }) => `${name} is from ${from}`),
    ];
  },
  "the base has a full version tag": ({ baseArguments }) =>
    [...baseArguments]
      .filter(([, value]) => !FULL_VERSION_TAG.test(value))
      .map(([name, value]) => `${name} is ${value}`),
  "the targets are the workloads": ({ stages }, images) => {
    const targets = stages.map(({ name }) => name).filter((name) => !HELPER_STAGES.includes(name));
    const wanted = images.map(({ name }) => name);
    return [
      ...targets.filter((name) => !wanted.includes(name)).map((name) => `${name} is no workload`),
      ...wanted.filter((name) => !targets.includes(name)).map((name) => `${name} has no target`),
    ];
  },
  "a target runs as a number that is not root's": (dockerfile, images) =>
    targetsOf(dockerfile, images).flatMap(({ stage }) => {
      const user = inheritedInstructions(dockerfile, stage).findLast(({ word }) => word === "USER")?.rest ?? "root";
      return /^[1-9]\d*:[1-9]\d*$/.test(user) ? [] : [`${stage.name} runs as ${user}`];
    }),
  "a target's files come from other stages, and nothing runs in it": (dockerfile, images) =>
    targetsOf(dockerfile, images).flatMap(({ stage }) =>
      inheritedInstructions(dockerfile, stage)
        .filter(({ word, rest }) => word === "RUN" || (word === "COPY" && !rest.includes("--from=")))
        .map(({ word, rest }) => `${stage.name}: ${word} ${rest}`),
    ),
  "a target is made on nothing": (dockerfile, images) =>
    targetsOf(dockerfile, images)
      .filter(({ stage }) => rootOf(dockerfile, stage) !== "scratch")
      .map(({ stage }) => `${stage.name} is made on ${rootOf(dockerfile, stage)}`),
  "a target starts its own program, without a shell": (dockerfile, images) =>
    targetsOf(dockerfile, images).flatMap(({ stage, image }) => {
      const [program] = image.programs;
      const wanted = program === undefined ? "" : `["node", "/app/${startFileOf(program)}"]`;
      const entry = stage.instructions.filter(({ word }) => word === "ENTRYPOINT" || word === "CMD");
      const starts = entry.length === 1 && entry[0]?.word === "ENTRYPOINT" && entry[0].rest === wanted;
      return starts ? [] : [`${stage.name} starts ${entry.map(({ rest }) => rest).join(" ")}`];
    }),
  "nothing is added from elsewhere": ({ stages }) =>
    stages.flatMap(({ name, instructions }) =>
      instructions.filter(({ word }) => word === "ADD").map(({ rest }) => `${name}: ADD ${rest}`),
    ),
  "packages come from the lockfile, and none of them runs a script": ({ stages }) =>
    stages.flatMap(({ name, instructions }) =>
      instructions
        .filter(({ word, rest }) => word === "RUN" && /\bnpm (i|ci|install)\b/.test(rest))
        .filter(({ rest }) => !rest.startsWith("npm ci --ignore-scripts "))
        .map(({ rest }) => `${name}: ${rest}`),
    ),
  "no secret is written down": ({ stages }) =>
    stages.flatMap(({ name, instructions }) =>
      instructions
        .filter(({ word, rest }) => /^(ARG|ENV)$/.test(word) && /token|secret|password|_key/i.test(rest))
        .map(({ word, rest }) => `${name}: ${word} ${rest}`),
    ),
};

function targetsOf({ stages }: Dockerfile, images: readonly Image[]): readonly { stage: Stage; image: Image }[] {
  return images.flatMap((image) => {
    const stage = stages.find(({ name }) => name === image.name);
    return stage === undefined ? [] : [{ stage, image }];
  });
}

function rootOf(dockerfile: Dockerfile, stage: Stage): string {
  const parent = dockerfile.stages.find(({ name }) => name === stage.from);
  return parent === undefined ? stage.from : rootOf(dockerfile, parent);
}
