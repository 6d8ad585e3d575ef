# One target per workload: docker build --target orders --tag tidebook-orders .
# Decisions and figures: engine/images/README.md. Rules this file keeps: engine/images/dockerfile.test.ts.

# The one base, by full version tag; `npm run images:pin` adds its digest. Official Node images are tagged by Node's own
# version; distroless ones only by `nonroot`, which moves, and with it the Node that must be the very one that makes the
# code cache below. So the shell-less base is made here, of this image's Node and the libraries that it loads.
ARG NODE_IMAGE=node:24.21.0-trixie-slim

# ---- the base of all targets: Node, its libraries, no shell, no package manager ---------------------------------------
FROM ${NODE_IMAGE} AS base-files
# Of each Debian package that gives a library: its licence, and its entry where scanners of images look for it.
RUN set -eu; node="$(command -v node)"; root=/out/base; mkdir -p "$root/var/lib/dpkg/status.d" "$root/etc" /out/engine/data; \
    cp --parents "$node" "$root"; \
    ldd "$node" | grep --only-matching '/[^ ]*' | sort --unique | while read -r library; do \
      cp --dereference --parents "$library" "$root"; \
      package="$(dpkg-query --search "*/$(basename "$(realpath "$library")")" | head --lines=1 | cut --delimiter=: --fields=1)"; \
      dpkg-query --status "$package" > "$root/var/lib/dpkg/status.d/$package"; \
      cp --dereference --parents "/usr/share/doc/$package/copyright" "$root"; \
    done; \
    cp --dereference --parents /usr/local/LICENSE /etc/os-release "$root"; \
    echo 'tidebook:x:65532:65532::/nonexistent:/nonexistent' > "$root/etc/passwd"; \
    echo 'tidebook:x:65532:' > "$root/etc/group"; \
    echo 'hosts: files dns' > "$root/etc/nsswitch.conf"; \
    mkdir --mode=1777 "$root/tmp"; \
    find /out -exec touch --no-dereference --date=@0 {} +

FROM scratch AS base
COPY --from=base-files /out/base/ /
ENV NODE_ENV=production PATH=/usr/local/bin
# A number: Kubernetes' runAsNonRoot cannot see who a name is.
USER 65532:65532
LABEL org.opencontainers.image.vendor="Tidebook" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="0.1.0" \
      org.opencontainers.image.base.name="scratch"

# ---- bundles, and what V8 compiled of them --------------------------------------------------------------------------
FROM ${NODE_IMAGE} AS build
WORKDIR /src
COPY package.json package-lock.json ./
# No package's install script runs: esbuild's program is an optional package of its own, Node is the image's.
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY tsconfig.json ./
COPY engine engine
COPY functions functions
# The reference for machines, which market-data serves.
COPY docs docs
# Times are set to one value: the same sources give the same layers.
RUN node engine/images/bundle.ts \
 && node engine/images/warm-up.ts \
 && for image in dist/images/*; do mkdir -p "/out/$(basename "$image")" && cp -R "$image" "/out/$(basename "$image")/app"; done \
 && find /out -exec touch --no-dereference --date=@0 {} +

# ---- the workloads ----------------------------------------------------------------------------------------------------
FROM base AS engine
COPY --from=build /out/engine/ /
# The only folder that is written. A fresh volume takes its owner.
COPY --from=base-files --chown=65532:65532 /out/engine/data /data
ENV TIDEBOOK_DATA_DIR=/data
EXPOSE 8081
LABEL org.opencontainers.image.title="tidebook-engine" \
      org.opencontainers.image.description="Order books, ledger and journal"
ENTRYPOINT ["node", "/app/engine.cjs"]

FROM base AS stream
COPY --from=build /out/stream/ /
EXPOSE 8080 8081
LABEL org.opencontainers.image.title="tidebook-stream" \
      org.opencontainers.image.description="WebSockets: market data, account events, trading"
ENTRYPOINT ["node", "/app/stream.cjs"]

FROM base AS orders
COPY --from=build /out/orders/ /
EXPOSE 8080
LABEL org.opencontainers.image.title="tidebook-orders" \
      org.opencontainers.image.description="Function: order intake by HTTP and CloudEvent"
ENTRYPOINT ["node", "/app/orders.cjs"]

FROM base AS account
COPY --from=build /out/account/ /
EXPOSE 8080
LABEL org.opencontainers.image.title="tidebook-account" \
      org.opencontainers.image.description="Function: balances, history, own trades"
ENTRYPOINT ["node", "/app/account.cjs"]

FROM base AS market-data
COPY --from=build /out/market-data/ /
EXPOSE 8080
LABEL org.opencontainers.image.title="tidebook-market-data" \
      org.opencontainers.image.description="Function: all that needs no key"
ENTRYPOINT ["node", "/app/market-data.cjs"]

FROM base AS users
COPY --from=build /out/users/ /
EXPOSE 8080
LABEL org.opencontainers.image.title="tidebook-users" \
      org.opencontainers.image.description="Function: the operator's API"
ENTRYPOINT ["node", "/app/users.cjs"]

FROM base AS funding
COPY --from=build /out/funding/ /
EXPOSE 8080
LABEL org.opencontainers.image.title="tidebook-funding" \
      org.opencontainers.image.description="Function: deposits, withdrawals, statements, the audit"
ENTRYPOINT ["node", "/app/funding.cjs"]

FROM base AS persistence
COPY --from=build /out/persistence/ /
EXPOSE 8080
LABEL org.opencontainers.image.title="tidebook-persistence" \
      org.opencontainers.image.description="Function: journal batches into Postgres"
ENTRYPOINT ["node", "/app/persistence.cjs"]

FROM base AS dead-letters
COPY --from=build /out/dead-letters/ /
EXPOSE 8080
LABEL org.opencontainers.image.title="tidebook-dead-letters" \
      org.opencontainers.image.description="Function: keeps events that nobody could take, and replays them"
ENTRYPOINT ["node", "/app/dead-letters.cjs"]

FROM base AS web
COPY --from=build /out/web/ /
EXPOSE 8080
LABEL org.opencontainers.image.title="tidebook-web" \
      org.opencontainers.image.description="Function: the trading screen, as static files"
ENTRYPOINT ["node", "/app/web.cjs"]
