#!/bin/sh
# Runs a program in this project's folder. Before `npm ci` Node would fail with a stack that does not say what to do.
if [ ! -d node_modules ]; then
  echo 'Nothing is installed here yet. Run npm ci, then this command again.' >&2
  exit 1
fi
# Node keeps compiled code here, and the next start does not compile it again. A call of `enableCompileCache` in the
# program would come too late for the program's first file, and Node would start its TypeScript compiler for that file.
# Together with lazy imports this brought `npx lookaside --help` from 0.59 to 0.12 s of CPU, and `npm start` from 1.09 to
# 0.67 s (medians of 9).
export NODE_COMPILE_CACHE="${NODE_COMPILE_CACHE:-.cache/node}"
exec node "$@"
