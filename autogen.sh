#!/bin/sh
# SPDX-License-Identifier: MIT
# Make configure and what it needs.
set -e
cd "$(dirname "$0")"
mkdir -p m4 build-aux
exec autoreconf --install --force
