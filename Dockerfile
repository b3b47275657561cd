# The server alone: docker build -t orgline . See docs/operations.md, "Deployment".

FROM node:24-bookworm-slim AS packages
WORKDIR /orgline
COPY package.json package-lock.json ./
# A workspace, which npm ci asks for; nothing of it is installed.
COPY test/generated-client/package.json test/generated-client/
RUN npm ci --omit=dev --ignore-scripts --no-audit --no-fund && rm -f node_modules/orgline-generated-client

FROM node:24-bookworm-slim
# As npm start does: fewer arenas of memory. The compiled code is kept in /tmp.
ENV NODE_ENV=production MALLOC_ARENA_MAX=1
WORKDIR /orgline
COPY --from=packages /orgline/node_modules node_modules
COPY package.json ./
COPY src src
COPY migrations migrations
USER node
EXPOSE 3000
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s --retries=3 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT || 3000}/livez`).then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
# Without npm in between: the server gets the signal to stop, and has ten seconds. Other commands: docker run orgline migrate
ENTRYPOINT ["node", "--max-semi-space-size=4", "-r", "./src/require-node.cjs", "src/main.ts"]
CMD ["start"]
