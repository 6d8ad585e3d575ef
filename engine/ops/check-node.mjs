// Preloaded by the npm scripts (`node --import`): says what to do where Node is too old to run the project.
// Plain JavaScript that an old Node understands, because it is an old Node that has to run it.
const NEEDED_MAJOR = 24;

if (Number.parseInt(process.versions.node, 10) < NEEDED_MAJOR) {
  console.error(
    [
      `Tidebook needs Node ${NEEDED_MAJOR}; this is Node ${process.versions.node}.`,
      "npm brings Node 24 along as an optional dependency, and it is missing here. Either",
      "  npm ci --include=optional      (where npm was told to leave optional packages out), or",
      "  install Node 24 yourself: https://nodejs.org/en/download",
    ].join("\n"),
  );
  process.exit(1);
}
