#!/bin/sh
# SPDX-License-Identifier: MIT
# make lint: format, static checks, spelling, forbidden calls, lengths.
#
# usage: lint.sh SOURCE BUILD
# A tool that is missing is named and passed over, unless LINT_STRICT is set.
set -eu

source=$1
build=$2
cd "$source"
failed=
code=$(find src shims plugins share tests -name '*.[ch]' | sort)
# build-aux holds automake's scripts, too.
scripts=$(find quickstart autogen.sh .ci/run build-aux/check-*.sh build-aux/install-links.sh build-aux/lint.sh \
	build-aux/test-totals.sh tests -type f \( -name '*.sh' -o -name '*.bash' \
	-o -name quickstart -o -name run \) | sort)
# Words that tests misspell.
misspelt=intall,wihch,verison
bats=$(find tests -name '*.bats' | sort)

have() { # TOOL
	command -v "$1" >/dev/null 2>&1 && return 0
	printf 'lint: %s is not here: passed over\n' "$1"
	[ -z "${LINT_STRICT:-}" ] || failed="$failed $1"
	return 1
}
check() { # NAME COMMAND...
	name=$1
	shift
	printf 'lint: %s\n' "$name"
	"$@" || failed="$failed $name"
}

# shellcheck disable=SC2086 # lists of names without blanks
lint() {
	have clang-format-14 && check format clang-format-14 --dry-run -Werror $code
	have shellcheck && check shellcheck shellcheck $scripts
	# SC2016: programs that tests write down. The others: how bats runs what it reads.
	have shellcheck && check shellcheck-bats shellcheck -s bats \
		-e SC2016,SC2030,SC2031,SC2154,SC2314,SC2315 $bats
	have codespell && check codespell codespell -q 3 -L "$misspelt" \
		src shims plugins tests docs ./*.md quickstart
	# varFuncNullUB: POSIX has NULL as a pointer, which may end a list of arguments.
	have cppcheck && check cppcheck cppcheck --quiet --std=c11 --error-exitcode=1 --inline-suppr \
		--enable=warning,portability --suppress=missingInclude --suppress=nullPointerArithmetic \
		--suppress=internalAstError --suppress=autoVariables \
		--suppress=varFuncNullUB -I src src shims plugins
	have clang-tidy-14 && check clang-tidy tidy
	check forbidden forbidden
	check lengths lengths
}

tidy() {
	flags="-std=gnu17 -D_GNU_SOURCE -I$build -Isrc -DPYVERN_LIBEXECDIR=\"\" -DPYVERN_DATADIR=\"\""
	flags="$flags -DPYVERN_BINDIR=\"\" -DPYVERN_MANDIR=\"\""
	# shellcheck disable=SC2016 # the inner shell's variables
	find src shims plugins share -name '*.c' | sort |
		xargs -n 8 -P 2 sh -c 'flags=$1; shift; clang-tidy-14 --quiet "$@" -- $flags 2>/dev/null' \
			tidy "$flags"
}

# The C in FILE..., as FILE:LINE: CODE; without comments and what is in quotes.
bare_code() {
	awk '
	{
		line = $0
		code = ""
		while (line != "") {
			if (inside) {
				if (!(at = index(line, "*/")))
					break
				line = substr(line, at + 2)
				inside = 0
			} else if (match(line, /^"([^"\\]|\\.)*"/) || match(line, /^\047([^\047\\]|\\.)*\047/)) {
				code = code "\"\""
				line = substr(line, RLENGTH + 1)
			} else if (line ~ /^\/\*/) {
				inside = 1
				line = substr(line, 3)
			} else if (line ~ /^\/\//) {
				break
			} else {
				code = code substr(line, 1, 1)
				line = substr(line, 2)
			}
		}
		if (code ~ /[^ \t]/)
			print FILENAME ":" FNR ": " code
	}' "$@"
}

# Calls that have a safer form in base/ or os/, or run a shell; goto, whose work is
# cleanup_*'s; printing, which is ui/out's.
forbidden() {
	unsafe='strcpy|strcat|sprintf|vsprintf|strncpy|strncat|strtok|atoi|atol|alloca|system|popen|gets|tmpnam|mktemp'
	prints='printf|vprintf|puts|putchar|perror'
	found=no
	# shellcheck disable=SC2046 # names without blanks
	bare_code $(find src shims plugins -name '*.[ch]') |
		grep -E "\\b(($unsafe) *\\(|goto )" && found=yes
	# shellcheck disable=SC2046
	bare_code $(find src -name '*.[ch]' ! -path 'src/ui/*') |
		grep -E "\\b($prints) *\\(" && found=yes
	[ "$found" = no ]
}

# Files past 500 lines and functions past 60 have a second thing inside.
lengths() {
	# shellcheck disable=SC2046
	wc -l $(find src shims plugins -name '*.[ch]') |
		awk '$2 != "total" && $1 > 500 { print $2 ": " $1 " lines"; bad = 1 } END { exit bad }'
	have pmccabe || return 0
	# shellcheck disable=SC2046
	pmccabe $(find src shims plugins -name '*.c') |
		awk '$5 > 60 { print $6 " " $7 ": " $5 " lines"; bad = 1 } END { exit bad }'
}

lint
if [ -n "$failed" ]; then
	printf 'lint: failed:%s\n' "$failed"
	exit 1
fi
printf 'lint: clean\n'
