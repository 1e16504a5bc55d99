# Onomast's server in a small image that runs without rights, with a root file system that cannot be written.
#   docker build -t onomast .
# A token first, for others reach the server of a container, and it does not start without any; then the server:
#   docker run --rm -v onomast:/home/node/onomast onomast node dist/app/cli/main.js tokens create me
#   docker run --rm --read-only --tmpfs /tmp -v onomast:/home/node/onomast -p 127.0.0.1:3000:3000 onomast

FROM node:22-bookworm-slim AS build
WORKDIR /app
# What a native module may need to be compiled; none of it is in the image that runs.
RUN apt-get update \
  && apt-get install -y --no-install-recommends python3 make g++ \
  && rm -rf /var/lib/apt/lists/*
COPY . .
# What is optional elsewhere is in the image. npm leaves out whatever a package lists for its development or as an optional
# peer, so those lists go first.
RUN npm ci --no-audit --no-fund \
  && peers=$(node -p "Object.entries(require('./package.json').peerDependencies).map(([name, range]) => name + '@' + range).join(' ')") \
  && npm pkg delete devDependencies peerDependencies peerDependenciesMeta scripts.prepare \
  && npm install --no-save --ignore-scripts --no-audit --no-fund $peers

FROM node:22-bookworm-slim
ENV NODE_ENV=production \
    HOST=0.0.0.0 \
    PORT=3000 \
    ONOMAST_HOME=/home/node/onomast
WORKDIR /app
COPY --from=build --chown=root:root /app/package.json /app/README.md /app/LICENSE ./
COPY --from=build --chown=root:root /app/node_modules ./node_modules
COPY --from=build --chown=root:root /app/dist ./dist
COPY --from=build --chown=root:root /app/data ./data
COPY --from=build --chown=root:root /app/models ./models
COPY --from=build --chown=root:root /app/views ./views
RUN mkdir -p /home/node/onomast && chown node:node /home/node/onomast
USER node
VOLUME /home/node/onomast
EXPOSE 3000
HEALTHCHECK --interval=30s --timeout=3s --start-period=10s \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/healthz`).then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
# Not by npm: signals must reach the server itself, which then finishes what it has begun.
CMD ["node", "dist/app/cli/main.js", "serve"]
