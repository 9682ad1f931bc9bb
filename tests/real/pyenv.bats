#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# Side by side with a real pyenv: the same words in the same place get the same
# answer, on stdout and stderr, with the same status.
#
# PYENV: the pyenv to compare with; else the one in ~/.pyenv or on PATH, if any.

setup_file() {
	pyenv=${PYENV:-}
	[ -n "$pyenv" ] || pyenv=$HOME/.pyenv/bin/pyenv
	[ -x "$pyenv" ] || pyenv=$(command -v pyenv) || pyenv=
	export pyenv
}

setup() {
	[ -n "$pyenv" ] || skip "no pyenv is here to compare with"
	T=$BATS_TEST_TMPDIR
	unset PYENV_VERSION PYVERN_VERSION PYENV_DIR PYVERN_DIR PYVERN_ROOT PYENV_HOOK_PATH
	unset _PYENV_INSTALL_PREFIX PYENV_SHELL PYENV_VIRTUALENV_INIT VIRTUAL_ENV
	export HOME=$T/home PYENV_ROOT=$T/root NO_COLOR=1
	mkdir -p "$HOME" "$T/our" "$T/project/below" "$T/system/bin" "$PYENV_ROOT/shims"
	ln -s "$PYVERN_TEST_STAGE/bin/pyvern" "$T/our/pyenv"
	echo pyenv >"$PYENV_ROOT/face"
	for version in 2.7.18 3.9.10 3.9.2 3.10.4 3.12.1 3.13.5 3.14.0rc2 3.14-dev pypy3.10-7.3.17; do
		mkdir -p "$PYENV_ROOT/versions/$version/bin"
		for program in python python3 "tool-$version"; do
			printf '#!/bin/sh\necho %s %s\n' "$version" "$program" \
				>"$PYENV_ROOT/versions/$version/bin/$program"
			chmod 755 "$PYENV_ROOT/versions/$version/bin/$program"
		done
	done
	printf '#!/bin/sh\necho system\n' >"$T/system/bin/python"
	chmod 755 "$T/system/bin/python"
	mkdir -p "$PYENV_ROOT/versions/3.12.1/envs/shop/bin"
	ln -s "$PYENV_ROOT/versions/3.12.1/envs/shop" "$PYENV_ROOT/versions/shop"
	export PATH=$T/system/bin:/usr/bin:/bin
	cd "$T/project" || return
}

# Run both with the same words; their answers must be equal. OUR_VERSION and such
# are set by the caller as for any command.
same() {
	local theirs ours
	theirs=$("$pyenv" "$@" 2>"$T/their.err" </dev/null; echo "status $?")
	ours=$("$T/our/pyenv" "$@" 2>"$T/our.err" </dev/null; echo "status $?")
	if [ "$theirs" = "$ours" ] && cmp -s "$T/their.err" "$T/our.err"; then return 0; fi
	printf '== pyenv %s\n-- theirs\n%s\n' "$*" "$theirs"
	cat "$T/their.err"
	printf -- '-- ours\n%s\n' "$ours"
	cat "$T/our.err"
	failures=$((${failures:-0} + 1))
}

all_same() {
	[ "${failures:-0}" -eq 0 ]
}

@test "what is chosen: nothing, the global file, pins, variables" {
	local words
	questions() {
		for words in version "version --bare" version-name version-origin version-file \
			"version-file $T/project" "version-file $T/project/below" versions "versions --bare" \
			"versions --skip-aliases" prefix "which python" "which nope" \
			"which tool-3.9.2" local global "whence python" "whence tool-3.9.2" \
			"whence nope" "whence --path python3"; do
			# shellcheck disable=SC2086 # words
			same $words
		done
	}
	questions
	echo 3.12.1 >"$PYENV_ROOT/version"
	questions
	printf '3.13.5\n3.9.2\n' >.python-version
	questions
	cd below || return
	questions
	PYENV_VERSION=3.10.4 questions
	PYENV_VERSION=system questions
	PYENV_VERSION=3.9.2:system questions
	all_same
}

@test "prefixes" {
	for version in 3 3.9 3.10 3.12 3.14 2.7 pypy3.10 shop 3.12.1/envs/shop; do
		PYENV_VERSION=$version same version
		PYENV_VERSION=$version same version-name
		PYENV_VERSION=$version same which python
		PYENV_VERSION=$version same prefix
		same prefix "$version"
	done
	# Its other commands do not know this form everywhere; ours do.
	PYENV_VERSION=python-3.12.1 same version
	PYENV_VERSION=python-3.12.1 same version-name
	for prefix in 3 3.1 3.9 3.12 3.14 2 4 3.9.2 pypy3.10 pypy3.10-7; do
		same latest "$prefix"
		same latest -b "$prefix"
		same latest -f "$prefix"
	done
	all_same
}

@test "versions that are missing, and files that say nothing" {
	for version in 3.4 3.9.9 nope 3.9.2:3.4 3.4:3.5 3.4:system; do
		PYENV_VERSION=$version same version
		PYENV_VERSION=$version same version-name
		PYENV_VERSION=$version same version-name -f
		PYENV_VERSION=$version same which python3
		same prefix "${version%%:*}"
		same local "${version%%:*}"
		same global "${version%%:*}"
	done
	for text in '' '\n\n' '# 3.12\n' ' 3.12.1 # x\n' '3.12.1\r\n' '3.12.1' '../x\n3.9.2\n' \
		'/etc\n' '3.9.2 3.12.1\n' '3.12.1#c\n'; do
		printf '%b' "$text" >.python-version
		same version
		same version-name
		same version-origin
		same version-file
		same version-file-read .python-version
		same local
		same which python3
	done
	all_same
}

@test "writing pins" {
	for words in "local 3.9.2" "local 3.9 3.12.1" "local system" "local --unset" "global 3.13" \
		"global 3.9.2 3.13.5" "local -f 3.4" "global system" \
		"version-file-write pin 3.9.2" "version-file-write pin 3.4" \
		"version-file-write -f pin 3.4" "version-file-write pin" version-file-write; do
		rm -f .python-version pin "$PYENV_ROOT/version"
		# shellcheck disable=SC2086
		"$pyenv" $words >"$T/their.out" 2>&1 </dev/null && theirs=0 || theirs=$?
		files=$(cat .python-version pin "$PYENV_ROOT/version" 2>/dev/null || true)
		rm -f .python-version pin "$PYENV_ROOT/version"
		# shellcheck disable=SC2086
		"$T/our/pyenv" $words >"$T/our.out" 2>&1 </dev/null && ours=0 || ours=$?
		echo "$words: theirs $theirs, ours $ours"
		[ "$ours" = "$theirs" ]
		[ "$(cat .python-version pin "$PYENV_ROOT/version" 2>/dev/null || true)" = "$files" ]
		diff "$T/their.out" "$T/our.out"
	done
}

@test "words that are wrong" {
	for words in frob "version --nope" hooks whence "shell 3.9.2"; do
		# shellcheck disable=SC2086
		same $words
	done
	all_same
}

@test "lists of shims, hooks" {
	"$T/our/pyenv" rehash
	same shims --short
	mkdir -p "$PYENV_ROOT/pyenv.d/exec" "$PYENV_ROOT/plugins/x/etc/pyenv.d/exec"
	: >"$PYENV_ROOT/pyenv.d/exec/a.bash"
	: >"$PYENV_ROOT/pyenv.d/exec/not-a-hook"
	: >"$PYENV_ROOT/plugins/x/etc/pyenv.d/exec/b.bash"
	same hooks which-never
	theirs=$("$pyenv" hooks exec | grep "^$T")
	ours=$("$T/our/pyenv" hooks exec | grep "^$T")
	[ "$ours" = "$theirs" ]
	all_same
}

# What `install` and `uninstall` say, but for how the building goes, which is ours, and
# for how pyenv itself would be upgraded: "." or ":" and lines, as it was installed.
front() {
	local program=$1 answers=$2
	shift 2
	printf %b "$answers" | timeout 60 "$program" "$@" >"$T/out" 2>"$T/err"
	echo "status $?"
	cat "$T/out"
	sed -e '/^Downloading /d; /^-> /d; /^Installing /d; /^Installed /d; /^WARNING: /d' \
		-e '/^Usage:/q; /^If the version you need/{s/[.:]$//;q;}' "$T/err"
	ls "$PYENV_ROOT/versions"
}

# same_front ANSWERS WORD...: both from the same versions.
same_front() {
	local theirs ours
	rm -rf "$T/before" && cp -a "$PYENV_ROOT/versions" "$T/before"
	theirs=$(front "$pyenv" "$@")
	rm -rf "$PYENV_ROOT/versions" && cp -a "$T/before" "$PYENV_ROOT/versions"
	# The stand-ins of two_installable are for pyenv alone: bash that makes a program.
	[ ! -d "$PYENV_ROOT/plugins/x/share" ] || mv "$PYENV_ROOT/plugins/x/share" "$T/share.x"
	ours=$(front "$T/our/pyenv" "$@")
	[ ! -d "$T/share.x" ] || mv "$T/share.x" "$PYENV_ROOT/plugins/x/share"
	[ "$theirs" != "$ours" ] || return 0
	echo "== pyenv ${*:2} (answers: $1)"
	diff <(echo "$theirs") <(echo "$ours") | sed 's/^</theirs/; s/^>/ours/'
	failures=$((${failures:-0} + 1))
}

# Versions that both can make in a moment: a definition for one, a catalogue line and a
# package for the other.
two_installable() {
	local name definitions=$PYENV_ROOT/plugins/x/share/python-build
	mkdir -p "$definitions" "$PYENV_ROOT/catalog" "$T/pkg"
	echo '# pyvern catalogue 1' >"$PYENV_ROOT/catalog/fake.tsv"
	for name in 9.9.1 9.9.2; do
		sh "$PYVERN_TEST_SOURCE/tests/lib/fake-cpython.sh" $name "$T/pkg" \
			>>"$PYENV_ROOT/catalog/fake.tsv"
		# shellcheck disable=SC2016 # python-build expands it
		printf '[ -z "$FAKE_FAIL" ] || exit 1\nmkdir -p "$PREFIX_PATH/bin"\n%s\n' \
			'printf "#!/bin/sh\n" >"$PREFIX_PATH/bin/python"; chmod 755 "$PREFIX_PATH/bin/python"' \
			>"$definitions/$name"
	done
}

@test "pyenv.md 6: install, from the words to the last hook" {
	two_installable
	rm -rf "$PYENV_ROOT/versions" && mkdir -p "$PYENV_ROOT/versions/9.9.1/bin"
	for words in install 'install -z 9.9.1' 'install 9.9.1' 'install -s 9.9.1 9.9.2' 'install -f 9.9.1' \
		'install 9.9' 'install 9.9.9 9.9.1' 'install 9.9.1 9.9.2' 'install -g 9.9.1' 'install -sf 9.9.1' \
		'install zzz' 'install --nope' 'install 9.9.2 -s'; do
		for answers in '' 'n\n' 'y\n' 'yes\ny\n' 'Yes\n'; do
			# shellcheck disable=SC2086 # words
			same_front "$answers" $words
		done
	done
	mkdir -p "$PYENV_ROOT/pyenv.d/install"
	cat >"$PYENV_ROOT/pyenv.d/install/see.bash" <<-'END'
		seen() { echo "$1 $DEFINITION $VERSION_NAME ${PREFIX#$PYENV_ROOT} $STATUS ${FORCE-no} $kept"; }
		echo "sourced ${DEFINITIONS[*]} ${#ARGUMENTS[@]}" | cut -d' ' -f1-2
		before_install 'kept=$DEFINITION; seen before'
		after_install 'seen after'
	END
	for words in 'install 9.9.2' 'install -f 9.9' 'install 9.9.9' 'install -s 9.9.1 9.9.2'; do
		# shellcheck disable=SC2086
		same_front '' $words
	done
	echo "before_install 'exit 5'" >"$PYENV_ROOT/pyenv.d/install/z.bash"
	same_front '' install 9.9.2
	all_same
}

@test "pyenv.md 6: uninstall, from the words to the last hook" {
	mkdir -p "$PYENV_ROOT/pyenv.d/uninstall"
	for hook in '' "before_uninstall 'echo before \$DEFINITION \$VERSION_NAME \${PREFIX##*/}'
after_uninstall 'echo after \$DEFINITION'" "before_uninstall 'exit 3'"; do
		echo "$hook" >"$PYENV_ROOT/pyenv.d/uninstall/see.bash"
		for words in uninstall 'uninstall -x' 'uninstall 3.9' 'uninstall 3.9.2' 'uninstall -f 3.9' \
			'uninstall -f 3.9.2 4.4 3.13.5' 'uninstall x/3.9.10' 'uninstall nope' 'uninstall --force' \
			'uninstall 3.9.2 3.9.10'; do
			for answers in '' 'n\n' 'y\n' 'y\nyes\n'; do
				# shellcheck disable=SC2086
				same_front "$answers" $words
				rm -rf "$PYENV_ROOT/versions" && cp -a "$T/before" "$PYENV_ROOT/versions"
			done
		done
	done
	all_same
}

# Neither lists what the other cannot install; what both list has one order.
@test "install --list: pyenv's form and order" {
	"$pyenv" install --list >"$T/their.list"
	"$T/our/pyenv" install --list >"$T/our.list"
	[ "$(head -n 1 "$T/our.list")" = "$(head -n 1 "$T/their.list")" ]
	grep -Fxf "$T/our.list" "$T/their.list" >"$T/their.common"
	grep -Fxf "$T/their.list" "$T/our.list" >"$T/our.common"
	[ "$(wc -l <"$T/our.common")" -gt 400 ]
	diff "$T/their.common" "$T/our.common"
}
