# Heimdall in a container; docs/operate/docker.md says how to run it.

# The one line that names the base image; renovate writes its digest here.
FROM node:24-bookworm-slim AS base

# Compiles and packs. Nothing of this stage but dist/ gets into the image.
FROM base AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
COPY vendor vendor
RUN npm ci --ignore-scripts
COPY tsconfig.json tsconfig.build.json ./
# of what tsconfig.build.json names, only the program itself
COPY src src
COPY rules rules
COPY bin bin
COPY scripts/bundle.mjs scripts/bundle-run.mjs scripts/
RUN npm run build

# What runs needs, from the same lockfile. The prebuilt parts (libsql, sharp) are packages of their own, so no script has to run.
FROM base AS dependencies
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
COPY vendor vendor
RUN npm ci --omit=dev --ignore-scripts && npm cache clean --force

FROM base
# DEP0060: an old package below the bridge; nothing that an admin could do about
ENV NODE_ENV=production NODE_OPTIONS=--disable-warning=DEP0060
WORKDIR /app
# npm is for building; what is not there cannot be used by an intruder
RUN rm -rf /usr/local/lib/node_modules/npm /usr/local/bin/npm /usr/local/bin/npx /usr/local/bin/corepack /opt/yarn-* /usr/local/bin/yarn /usr/local/bin/yarnpkg \
  && printf '#!/bin/sh\nexec node /app/bin/heimdall.mjs "$@"\n' > /usr/local/bin/heimdall && chmod 755 /usr/local/bin/heimdall \
  && mkdir /data && chown node:node /data
COPY --from=dependencies /app/node_modules node_modules
COPY vendor vendor
COPY package.json LICENSE config.sample.yaml registration.sample.yaml ./
COPY rules rules
COPY bin bin
COPY --from=build /app/dist dist
USER node
VOLUME /data
EXPOSE 9995
# /healthz on the container's own loopback; HEIMDALL_APPSERVICE__PORT is where Heimdall reads another port from, too
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s --retries=3 \
  CMD ["node", "-e", "Promise.any(['127.0.0.1', '[::1]'].map((host) => fetch(`http://${host}:${process.env.HEIMDALL_APPSERVICE__PORT || 9995}/healthz`))).then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"]
STOPSIGNAL SIGTERM
ENTRYPOINT ["node", "/app/bin/heimdall.mjs"]
CMD ["run", "--config", "/data/config.yaml"]
