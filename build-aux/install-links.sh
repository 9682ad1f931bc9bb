#!/bin/sh
# SPDX-License-Identifier: MIT
# The names of our commands as links to the program, in the private libexec folder.
#
# usage: install-links.sh DESTDIR BINDIR LIBEXECDIR [NAME...]
# Removes such links of an earlier installation, then makes those that are named. The
# links are relative: an installation can be moved, and DESTDIR is not in them.
set -eu

destdir=$1
bindir=$2
libexecdir=$3
shift 3

up=
common=$libexecdir
while :; do
	case $bindir/ in
	"$common"/*) break ;;
	esac
	common=${common%/*}
	up=../$up
done
below=${bindir#"$common"}
below=${below#/}
program=$up${below:+$below/}pyvern

[ $# -gt 0 ] || [ -d "$destdir$libexecdir" ] || exit 0
[ -d "$destdir$libexecdir" ] || mkdir -p "$destdir$libexecdir"
cd "$destdir$libexecdir"
for link in pyenv pyvern python-build pyenv-* pyvern-*; do
	if [ -h "$link" ] && [ "$(readlink "$link")" = "$program" ]; then
		rm -f "$link"
	fi
done
for name; do
	rm -f "$name"
	ln -s "$program" "$name"
done
