/**
 * Fills the templates of sealed secrets: every place that is empty gets a new value, sealed for one cluster's controller;
 * what is filled stays. Comments and order of the files stay, too.
 */
import type { KeyObject } from "node:crypto";
import { type Document, parseAllDocuments } from "yaml";
import { seal } from "./sealing.ts";
import type { SecretContents, SecretGroup } from "./secret-values.ts";

export interface Filled {
  /** The files, in the order given. */
  readonly texts: readonly string[];
  /** `namespace/name` of the secrets that have new values. */
  readonly sealed: readonly string[];
}

/**
 * @param rotate names of secrets, or of one of a group, that are made anew although they are filled.
 * @throws when a template names a secret or key that nobody knows, or the other way round.
 */
export function fillTemplates(
  texts: readonly string[],
  groups: readonly SecretGroup[],
  publicKey: KeyObject,
  rotate: readonly string[] = [],
): Filled {
  const files = texts.map((text) => parseAllDocuments(text, { uniqueKeys: true }) as Document[]);
  const templates = new Map<string, Document>();
  for (const document of files.flat()) {
    const error = document.errors[0];
    if (error !== undefined) throw error;
    if (document.get("kind") === "SealedSecret") templates.set(idOf(document), document);
  }
  const known = new Map(groups.flatMap(({ secrets }) => secrets.map((secret) => [id(secret), secret] as const)));
  requireSameNames([...templates.keys()], [...known.keys()], "secrets");
  const unknown = rotate.filter((name) => ![...known.values()].some((secret) => secret.name === name));
  if (unknown.length > 0) throw new Error(`there is no secret ${unknown.join(", ")} to rotate`);

  const sealed: string[] = [];
  for (const { secrets } of groups) {
    const isWanted = secrets.some(
      (secret) => rotate.includes(secret.name) || isEmpty(templates.get(id(secret)) as Document, secret),
    );
    if (!isWanted) continue;
    for (const secret of secrets) {
      const template = templates.get(id(secret)) as Document;
      for (const [key, value] of Object.entries(secret.values))
        template.setIn(["spec", "encryptedData", key], seal(publicKey, secret, value));
      sealed.push(id(secret));
    }
  }
  return { texts: files.map(textOf), sealed };
}

function id({ namespace, name }: Pick<SecretContents, "namespace" | "name">): string {
  return `${namespace}/${name}`;
}

function idOf(document: Document): string {
  return id({
    namespace: String(document.getIn(["metadata", "namespace"])),
    name: String(document.getIn(["metadata", "name"])),
  });
}

function isEmpty(template: Document, secret: SecretContents): boolean {
  const places = template.toJS().spec.encryptedData as Record<string, string>;
  requireSameNames(Object.keys(places), Object.keys(secret.values), `keys of ${id(secret)}`);
  return Object.values(places).includes("");
}

function requireSameNames(inTemplates: readonly string[], made: readonly string[], what: string): void {
  const differing = [
    ...inTemplates.filter((name) => !made.includes(name)),
    ...made.filter((name) => !inTemplates.includes(name)),
  ];
  if (differing.length > 0) throw new Error(`${what} differ between templates and code: ${differing.join(", ")}`);
}

/** A sealed value is one long line: folded, it would still be right, but a difference in git would not be one line. */
function textOf(documents: readonly Document[]): string {
  return documents.map((document) => document.toString({ lineWidth: 0 })).join("");
}
