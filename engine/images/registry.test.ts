/** Digests come from a registry or not at all: against a small registry of the test's own. */
import { createHash } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, expect, test } from "vitest";
import { pinImages } from "./pin-images.ts";
import { askDigest, parseImageReference } from "./registry.ts";

const MANIFEST = JSON.stringify({ schemaVersion: 2, manifests: [] });
const DIGEST = `sha256:${createHash("sha256").update(MANIFEST).digest("hex")}`;

let server: Server | null = null;

afterEach(() => {
  server?.close();
  server = null;
});

async function registry(answer: (request: IncomingMessage, response: ServerResponse) => void): Promise<string> {
  server = createServer(answer);
  await new Promise<void>((listening) => server?.listen(0, "127.0.0.1", listening));
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function manifest(response: ServerResponse, digest: string): void {
  response.writeHead(200, { "docker-content-digest": digest }).end(MANIFEST);
}

test("an image's name is read as docker reads it", () => {
  const digest = `@sha256:${"0".repeat(64)}`;
  const read = ["node:24.21.0-slim", `gcr.io/a/b:1${digest}`, "localhost:5000/x:y", "u/n:1"].map(parseImageReference);
  expect(read).toEqual([
    { registry: "docker.io", repository: "library/node", tag: "24.21.0-slim" },
    { registry: "gcr.io", repository: "a/b", tag: "1" },
    { registry: "localhost:5000", repository: "x", tag: "y" },
    { registry: "docker.io", repository: "u/n", tag: "1" },
  ]);
  expect(() => parseImageReference("node")).toThrow("no image with a tag");
});

test("a digest is the one that the registry told and its manifest has", async () => {
  const host = await registry((request, response) => {
    if (request.url === "/v2/library/node/manifests/24") manifest(response, DIGEST);
    else response.writeHead(404).end();
  });
  const answer = await askDigest({ registry: host, repository: "library/node", tag: "24" });
  expect(answer).toEqual({ outcome: "digest", digest: DIGEST });
  expect(await askDigest({ registry: host, repository: "library/node", tag: "25" })).toMatchObject({ outcome: "none" });
});

test("a registry that wants a token is asked with the one from the place it names", async () => {
  const host = await registry((request, response) => {
    const url = new URL(request.url ?? "", `http://${request.headers.host}`);
    if (url.pathname === "/token") {
      response.end(JSON.stringify({ token: `${url.searchParams.get("service")} ${url.searchParams.get("scope")}` }));
    } else if (request.headers.authorization === "Bearer here repository:a/b:pull") {
      manifest(response, DIGEST);
    } else {
      const challenge = `Bearer realm="http://${request.headers.host}/token",service="here",scope="repository:a/b:pull"`;
      response.writeHead(401, { "www-authenticate": challenge }).end();
    }
  });
  const answer = await askDigest({ registry: host, repository: "a/b", tag: "1" });
  expect(answer).toEqual({ outcome: "digest", digest: DIGEST });
});

test("a digest that the manifest does not have is not taken", async () => {
  const told = `sha256:${"0".repeat(64)}`;
  const host = await registry((_, response) => manifest(response, told));
  const answer = await askDigest({ registry: host, repository: "a/b", tag: "1" });
  expect(answer).toEqual({ outcome: "none", reason: `the registry told ${told}, its manifest has ${DIGEST}` });
});

test("a base image is pinned where its registry answers, and left where none does", async () => {
  const host = await registry((_, response) => manifest(response, DIGEST));
  const before = `ARG NODE_IMAGE=${host}/node:24.1.0@sha256:${"1".repeat(64)}\nARG OTHER_IMAGE=127.0.0.1:1/x:1\nFROM scratch\n`;
  const { text, lines } = await pinImages(before, askDigest);
  expect(text).toBe(`ARG NODE_IMAGE=${host}/node:24.1.0@${DIGEST}\nARG OTHER_IMAGE=127.0.0.1:1/x:1\nFROM scratch\n`);
  expect(lines.map(({ answer }) => answer.outcome)).toEqual(["digest", "none"]);
});
