#!/bin/sh
# Runs a program in this project's folder. Before `npm ci` Node would fail with a stack that does not say what to do.
if [ ! -d node_modules ]; then
  echo 'Nothing is installed here yet. Run npm ci, then this command again.' >&2
  exit 1
fi
exec node "$@"
