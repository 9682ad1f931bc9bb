#!/bin/sh
# SPDX-License-Identifier: MIT
# Does every file belong to a module, and include only modules before its own?
#
# usage: check-modules.sh SOURCE   (the folder with src/, shims/, plugins/, tests/)
# Prints each violation as FILE:LINE: text, and fails when there is one.
# autoconf's header is <config.h>: "config.h" is core/config.h for its neighbours.
# src/main.c, src/cmd/*.c that are commands, shims/ and plugins/ are programs:
# they stand above all modules (programs of the daily wing below heavy ones).
set -eu

top=$1
table=$top/src/modules.txt

cd "$top"
# shellcheck disable=SC2016 # awk's dollars
find src shims plugins share tests -name '*.[ch]' | sort | xargs awk -v table="$table" '
	function complain(text) {
		printf "%s:%d: %s\n", FILENAME, FNR, text
		bad = 1
	}
	# The longest module whose name the file has, alone or followed by "_".
	function module_of(path,    base, name) {
		base = path
		sub(/\.[ch]$/, "", base)
		name = base
		for (;;) {
			if (name in place)
				return name
			if (!sub(/_[^_\/]*$/, "", name))
				return ""
		}
	}
	BEGIN {
		while ((getline line < table) > 0) {
			if (line ~ /^#/ || line == "")
				continue
			split(line, word, " ")
			place[word[1]] = ++count
			wing[word[1]] = word[2]
		}
	}
	FNR == 1 {
		own = FILENAME
		program = ""
		if (sub(/^src\//, "", own)) {
			file = own
			own = module_of(own)
			if (own == "" && file ~ /^(main\.c|cmd\/)/)
				program = "daily"
			else if (own == "")
				complain("no module in src/modules.txt has this file")
		} else {
			program = FILENAME ~ /^shims\// ? "daily" : "heavy"
			own = ""
		}
	}
	/^[ \t]*#[ \t]*include[ \t]*"/ {
		header = $0
		sub(/^[^"]*"/, "", header)
		sub(/".*/, "", header)
		if (header == "config.h") {
			complain("autoconf\047s header is <config.h>: the quotes find a neighbour first")
			next
		}
		if (header !~ /\//) {
			if (FILENAME ~ /^src\//)
				complain("includes " header " without its layer, past the table")
			next
		}
		if (FILENAME ~ /^tests\//)
			next
		used = module_of(header)
		if (used == "") {
			# Headers of commands and of the shim are their own.
			if (!(program != "" && header ~ /^(cmd|shims)\//))
				complain("includes " header ", which no module has")
			next
		}
		if (own != "" && place[used] > place[own])
			complain(own " includes " used ", a module after it")
		if (wing[used] == "heavy" && (program == "daily" || wing[own] == "daily"))
			complain("the daily wing includes " used ", a heavy module")
	}
	END { exit bad }
'
