#!/bin/sh
# Runs a program in this project's folder. Before `npm ci` Node would fail with a stack that does not say what to do.
if [ ! -d node_modules ]; then
  echo 'Nothing is installed here yet. Run npm ci, then this command again.' >&2
  exit 1
fi
# Node keeps compiled code here, and the next start does not compile it again. A call of `enableCompileCache` in the
# program would come too late for the program's first file, and Node would start its TypeScript compiler for that file.
export NODE_COMPILE_CACHE="${NODE_COMPILE_CACHE:-.cache/node}"
exec node "$@"
