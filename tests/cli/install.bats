#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# shellcheck disable=SC2154,SC2094 # bats sets stderr_lines; a file is written, then read
# pyvern install, as pyenv's users know it (facts/pyenv.md 6). Bad days are in
# tests/faults/install.bats.

setup_file() {
	export PKG=$BATS_FILE_TMPDIR/pkg
	mkdir -p "$PKG"
	{
		echo '# pyvern catalogue 1'
		sh "$PYVERN_TEST_SOURCE/tests/lib/fake-cpython.sh" 9.9.1 "$PKG"
		sh "$PYVERN_TEST_SOURCE/tests/lib/fake-cpython.sh" 9.9.2 "$PKG"
	} >"$PKG/fake.tsv"
}

setup() {
	T=$BATS_TEST_TMPDIR
	export HOME=$T/home PYENV_ROOT=$T/root NO_COLOR=1
	export XDG_CONFIG_HOME=$HOME/.config XDG_STATE_HOME=$HOME/.state
	unset PYVERN_ROOT PYENV_VERSION PYVERN_VERSION PYENV_DIR PYVERN_DIR PYENV_BUILD_ROOT
	unset MAKE_OPTS MAKEOPTS CONFIGURE_OPTS PYTHON_CONFIGURE_OPTS PYTHON_BUILD_MIRROR_URL
	export http_proxy=http://127.0.0.1:9 https_proxy=http://127.0.0.1:9 no_proxy=127.0.0.1
	mkdir -p "$HOME" "$T/bin" "$PYENV_ROOT/catalog" "$PYENV_ROOT/versions"
	ln -s "$PYVERN_TEST_STAGE/bin/pyvern" "$T/bin/pyenv"
	export PATH=$T/bin:$PYVERN_TEST_STAGE/bin:/usr/bin:/bin
	cp "$PKG/fake.tsv" "$PYENV_ROOT/catalog/"
	echo pyenv >"$PYENV_ROOT/face"
	cd "$HOME" || return
}

# A version that somebody else made.
made() {
	mkdir -p "$PYENV_ROOT/versions/$1/bin"
	echo mine >"$PYENV_ROOT/versions/$1/mark"
}

# pyenv STATUS ARG...: its answer in $output (stdout) and $stderr.
pyenv_run() {
	local expected=$1
	shift
	run --separate-stderr "-$expected" pyenv "$@"
	printf '%s\n' "$output" "$stderr"
}

# stderr is exactly these lines.
says() {
	local expected
	expected=$(printf '%s\n' "$@")
	[ "$stderr" = "$expected" ]
}

installed() {
	local have
	have=$(find "$PYENV_ROOT/versions" -mindepth 1 -maxdepth 1 -printf '%f\n' | sort | tr '\n' ' ')
	echo "versions: $have"
	[ "$have" = "${*:+$* }" ]
}

@test "pyenv.md 6, 7: a source build tells what pyenv tells, on stderr" {
	pyenv_run 0 install 9.9.1
	[ -z "$output" ]
	says 'Downloading Python-9.9.1.tar.gz...' "-> file://$PKG/Python-9.9.1.tar.gz" \
		'Installing Python-9.9.1...' 'WARNING: this version brings no pip' \
		"Installed Python-9.9.1 to $PYENV_ROOT/versions/9.9.1"
	[ -x "$PYENV_ROOT/versions/9.9.1/bin/python" ]
	[ -x "$PYENV_ROOT/shims/python" ]
}

@test "pyenv.md 6: neither a global version nor aliases are made" {
	pyenv_run 0 install 9.9.1
	installed 9.9.1
	[ ! -e "$PYENV_ROOT/version" ]
}

@test "pyenv.md 6: a prefix is the newest known" {
	pyenv_run 0 install 9.9
	installed 9.9.2
	pyenv_run 0 install 9.9.1:latest
	installed 9.9.1 9.9.2
}

@test "pyenv.md 6: NAME:ALIAS names the folder" {
	pyenv_run 0 install 9.9.1:work
	[[ $stderr == *"Installed Python-9.9.1 to $PYENV_ROOT/versions/work" ]]
	installed work
	[ "$("$PYENV_ROOT/versions/work/bin/python" --version)" = 'Python 9.9.1' ]
	for alias in ../x a/b .. system $'a\nb'; do
		run pyenv install "9.9.1:$alias"
		[ "$status" -ne 0 ]
	done
	installed work
	[ ! -e "$PYENV_ROOT/x" ]
}

@test "pyenv.md 6: -g is a debug build in a folder of its own" {
	pyenv_run 0 install -g 9.9.1
	installed 9.9.1-debug
	grep -q -e --with-pydebug "$PYENV_ROOT/versions/9.9.1-debug/.pyvern/receipt.json"
}

@test "pyenv.md 6: what is there is asked about, and only yes is yes" {
	made 9.9.1
	for answer in n '' Yes 'y ' ' y' yess; do
		pyenv_run 1 install 9.9.1 <<<"$answer"
		says "pyenv: $PYENV_ROOT/versions/9.9.1 already exists"
		[ -e "$PYENV_ROOT/versions/9.9.1/mark" ]
	done
	for answer in y Y yes YES; do
		made 9.9.1
		pyenv_run 0 install 9.9.1 <<<"$answer"
		[ ! -e "$PYENV_ROOT/versions/9.9.1/mark" ]
	done
}

@test "pyenv.md 6: the question is shown on a terminal" {
	command -v script >/dev/null || skip "script(1) makes the terminal"
	made 9.9.1
	run script -qec 'pyenv install 9.9.1' /dev/null <<<n
	[[ $output == *"9.9.1 already exists"*"continue with installation? (y/N) "* ]]
	[ -e "$PYENV_ROOT/versions/9.9.1/mark" ]
}

@test "pyenv.md 6: a no is for one version, the end of input for all" {
	made 9.9.1
	pyenv_run 1 install 9.9.1 9.9.2 <<<n
	installed 9.9.1 9.9.2
	rm -r "$PYENV_ROOT/versions/9.9.2"
	pyenv_run 1 install 9.9.1 9.9.2 </dev/null
	installed 9.9.1
}

@test "pyenv.md 6: a folder without bin is none to ask about" {
	mkdir "$PYENV_ROOT/versions/9.9.1"
	pyenv_run 0 install 9.9.1 </dev/null
	[ -x "$PYENV_ROOT/versions/9.9.1/bin/python" ]
}

@test "pyenv.md 6: -s passes over, -f replaces, -s is the stronger" {
	made 9.9.1
	pyenv_run 0 install -s 9.9.1 9.9.2
	installed 9.9.1 9.9.2
	[ -e "$PYENV_ROOT/versions/9.9.1/mark" ]
	pyenv_run 0 install --skip-existing 9.9.1
	[ -z "$stderr" ]
	pyenv_run 0 install -sf 9.9.1
	[ -e "$PYENV_ROOT/versions/9.9.1/mark" ]
	pyenv_run 0 install -f 9.9.1
	[ ! -e "$PYENV_ROOT/versions/9.9.1/mark" ]
	[[ $stderr != *exists* ]]
}

@test "pyenv.md 6: unknown names: 2, and what could be meant; later names are not tried" {
	pyenv_run 2 install 9.9.9 9.9.1
	says 'python-build: definition not found: 9.9.9' '' \
		"See all available versions with \`pyenv install --list'." '' \
		'If the version you need is missing, try upgrading pyenv.'
	installed
	pyenv_run 2 install .9.1
	[ "${stderr_lines[0]}" = 'python-build: definition not found: .9.1' ]
	[[ $stderr == *"The following versions contain \`.9.1' in the name:
  "*"
  9.9.1
"* ]]
	for name in 'a b' system ../../etc ''; do
		run pyenv install "$name"
		[ "$status" -ne 0 ]
	done
	installed
}

@test "pyenv.md 6: without a name: the words of the nearest file, not the global ones" {
	pyenv_run 1 install
	[ "${stderr_lines[0]}" = 'Usage: pyenv install [-f] [-kvp] <version>...' ]
	[ -z "$output" ]
	echo 9.9.1 >"$PYENV_ROOT/version"
	PYENV_VERSION=9.9.1 pyenv_run 1 install
	installed
	printf '9.9.2\n9.9.1\n' >.python-version
	mkdir below
	cd below || return
	pyenv_run 0 install
	installed 9.9.1 9.9.2
}

@test "pyenv.md 6: wrong words show the usage, 1" {
	for words in --nope -z -fz --list=; do
		pyenv_run 1 install $words 9.9.1
		[ "${stderr_lines[0]}" = 'Usage: pyenv install [-f] [-kvp] <version>...' ]
	done
	installed
}

@test "pyenv.md 6: --list is everything with two blanks in front" {
	pyenv_run 0 install -l nothing-like-it
	[ "${lines[0]}" = 'Available versions:' ]
	[[ $output == *$'\n  9.9.2'* ]]
	[[ $output == *$'\n  3.13.5t'* ]]
	run -1 grep -v -e '^  [^ ]' <<<"${output#*$'\n'}"
	run pyvern install --version
	[[ $output =~ ^python-build\ [0-9] ]]
}

@test "pyenv.md 6, 7: a failing build says so, and later names are not tried" {
	FAKE_FAIL="make" pyenv_run 1 install 9.9.1 9.9.2
	installed
	[[ $stderr == *"pyenv: 9.9.1: make failed with status 2"* ]]
	[[ $stderr == *$'\n\nBUILD FAILED ('*" using python-build "*")"* ]]
	[[ $stderr == *"Results logged to $PYENV_ROOT/logs/9.9.1-"* ]]
	[[ $stderr == *$'\nLast 10 log lines:\n'*"two.c:7: error: no such luck"* ]]
}

@test "pyenv.md 7: -v shows the build on stdout" {
	pyenv_run 0 install -v 9.9.1
	[[ ${lines[0]} == 'checking for '* ]]
}

@test "pyenv.md 6: -k and PYENV_BUILD_ROOT keep the source" {
	pyenv_run 0 install -k 9.9.1
	[ -s "$PYENV_ROOT/sources/9.9.1/Python-9.9.1/Makefile" ]
	PYENV_BUILD_ROOT=$HOME/src pyenv_run 0 install 9.9.1:x
	[ -s "$HOME/src/x/Python-9.9.1/Makefile" ]
	PYENV_BUILD_ROOT=$HOME/src FAKE_FAIL="make" pyenv_run 1 install 9.9.2
	[[ $stderr == *"Inspect or clean up the working tree at $HOME/src/9.9.2/Python-9.9.2"* ]]
}

# A patch of the configure script that prints WORD; git's names or plain ones.
patch_text() {
	[ "$2" = plain ] || echo 'diff --git a/configure b/configure'
	printf -- '--- %sconfigure\n+++ %sconfigure\n@@ -1,4 +1,5 @@\n #!/bin/sh\n+echo %s\n' \
		"${2/plain/}" "${3-}" "$1"
	printf ' # Tiny stand-in for CPython'"'"'s configure.\n prefix=/usr/local\n threads=\n'
}

@test "pyenv.md 7: -p applies a patch from stdin before configure" {
	patch_text plainly plain >plain
	patch_text gitly a/ b/ >git
	pyenv_run 0 install -vp 9.9.1 <plain
	[ "${lines[0]}" = 'patching file configure' ]
	[ "${lines[1]}" = plainly ]
	pyenv_run 0 install -vp 9.9.2 <git
	[ "${lines[1]}" = gitly ]
	grep -q "\"patch_sha256\": \"$(openssl dgst -sha256 -r git | cut -d' ' -f1)\"" \
		"$PYENV_ROOT/versions/9.9.2/.pyvern/receipt.json"
}

@test "pyenv.md 6, 7: the patch comes after the answer" {
	made 9.9.1
	{
		echo y
		patch_text plainly plain
	} >both
	pyenv_run 0 install -vp 9.9.1 <both
	[ "${lines[1]}" = plainly ]
}

@test "pyenv.md 7: a patch that does not apply fails with its file" {
	patch_text plainly plain | sed s/Tiny/Huge/ >wrong
	pyenv_run 1 install -p 9.9.1 <wrong
	installed
	[[ $stderr == *"pyenv: 9.9.1: the patch does not apply"* ]]
	[[ $stderr == *"patching file configure"*FAILED* ]]
	printf -- '--- /dev/null\n+++ ../../../evil\n@@ -0,0 +1 @@\n+x\n' >evil
	pyenv_run 1 install -p 9.9.1 <evil
	[ -z "$(find "$T" -name evil ! -path "$HOME/evil")" ]
}

@test "no patch(1): said before anything is downloaded" {
	mkdir "$T/few"
	for tool in sh sed dd dirname sleep mkdir install chmod cat gmake make cc as ld ln rm; do
		[ ! -e "/usr/bin/$tool" ] || ln -s "/usr/bin/$tool" "$T/few/$tool"
	done
	patch_text plainly plain >plain
	run --separate-stderr -1 sh -c "PATH=$T/bin:$T/few exec pyenv install -p 9.9.1 <plain"
	[[ $stderr == *"pyenv: 9.9.1: no patch(1) found"* ]]
	[[ $stderr != *Downloading* ]]
}

@test "the other face has -p, too, and words of its own" {
	echo pyvern >"$PYENV_ROOT/face"
	patch_text plainly plain >plain
	run pyvern install -v --patch 9.9.1 <plain
	[ "$status" -eq 0 ]
	[[ $output == *plainly* ]]
	[[ $output == *"+ 9.9.1    built from source"* ]]
	[[ $output != *Installing* ]]
}

# A hook of `install`: bash from standard input.
hook() {
	mkdir -p "$PYENV_ROOT/pyenv.d/install"
	cat >"$PYENV_ROOT/pyenv.d/install/$1.bash"
}

@test "pyenv.md 5, 6: hooks see what pyenv's see, before and after, in one shell" {
	hook see <<-'END'
		seen() {
			echo "$1: $DEFINITION $VERSION_NAME ${PREFIX#$PYENV_ROOT/} status=$STATUS" \
				"force=${FORCE-unset} verbose=${VERBOSE-unset} kept=$kept"
		}
		echo "sourced: ${DEFINITIONS[*]} ${VERSION_NAME-unset}"
		before_install 'kept=$DEFINITION; seen before; ls "$PREFIX" 2>/dev/null || true'
		after_install 'seen "after"; ls -d "$PREFIX/bin/python" 2>/dev/null || true'
	END
	pyenv_run 0 install -f 9.9.1 9.9:x
	[ "$output" = "sourced: 9.9.1 9.9:x unset
before: 9.9.1 9.9.1 versions/9.9.1 status=0 force=true verbose=unset kept=9.9.1
after: 9.9.1 9.9.1 versions/9.9.1 status=0 force=true verbose=unset kept=9.9.1
$PYENV_ROOT/versions/9.9.1/bin/python
before: 9.9.2 x versions/x status=0 force=true verbose=unset kept=9.9.2
after: 9.9.2 x versions/x status=0 force=true verbose=unset kept=9.9.2
$PYENV_ROOT/versions/x/bin/python" ]
	installed 9.9.1 x
}

@test "pyenv.md 6: hooks after a failure see its status" {
	hook see <<<"after_install 'echo \"status \$STATUS\"'"
	pyenv_run 2 install 4.4.4
	[ "$output" = 'status 2' ]
	FAKE_FAIL="make" pyenv_run 1 install 9.9.1
	[ "$output" = 'status 1' ]
	installed
}

@test "pyenv.md 6: no hook runs for what is passed over or refused" {
	made 9.9.1
	hook see <<<"before_install 'echo before'; after_install 'echo after'"
	pyenv_run 0 install -s 9.9.1
	[ -z "$output" ]
	pyenv_run 1 install 9.9.1 <<<n
	[ -z "$output" ]
}

@test "pyenv.md 5, 6: hooks choose what is installed, and as what" {
	hook choose <<-'END'
		DEFINITIONS=("${DEFINITIONS[@]/series/9.9.1}")
		before_install 'PREFIX=$PYENV_ROOT/versions/chosen'
	END
	pyenv_run 0 install series
	installed chosen
	hook choose <<<"before_install 'DEFINITION=9.9.1'"
	pyenv_run 0 install 9.9.2
	[ "$("$PYENV_ROOT/versions/9.9.2/bin/python" --version)" = 'Python 9.9.1' ]
	hook choose <<<"before_install 'PREFIX=/opt/there'"
	pyenv_run 1 install 9.9.1
	[[ $stderr == *"a hook wants 9.9.1 installed into /opt/there"* ]]
	[ ! -e /opt/there ]
	installed 9.9.2 chosen
}

@test "pyenv.md 5: a hook that ends the command ends it" {
	hook end <<<"before_install 'exit 7'"
	pyenv_run 7 install 9.9.1 9.9.2
	installed
	hook end <<<"exit 0"
	pyenv_run 0 install 9.9.1
	installed
	hook end <<<"after_install 'false'"
	pyenv_run 1 install 9.9.1 9.9.2
	installed 9.9.1
}

@test "pyenv.md 5: what a hook puts into the version has a shim" {
	hook add <<-'END'
		after_install 'cp "$PREFIX/bin/python" "$PREFIX/bin/black"'
	END
	pyenv_run 0 install 9.9.1
	[ -x "$PYENV_ROOT/shims/black" ]
}

@test "hooks of the other face" {
	echo pyvern >"$PYENV_ROOT/face"
	hook see <<<"before_install 'echo before \$VERSION_NAME'; after_install 'echo after \$STATUS'"
	run --separate-stderr pyvern install 9.9.1
	[ "$status" -eq 0 ]
	[ "$output" = $'before 9.9.1\nafter 0' ]
	[[ $stderr == *"+ 9.9.1    built from source"* ]]
	FAKE_FAIL="make" run --separate-stderr pyvern install 9.9.2
	[ "$status" -eq 1 ]
	[ "$output" = $'before 9.9.2\nafter 1' ]
	run --separate-stderr pyvern install 9.9.1
	[ -z "$output" ]
}

@test "no bash is started without foreign hooks" {
	command -v strace >/dev/null || skip "strace is absent"
	strace -f -o "$T/calls" true 2>/dev/null || skip "strace may not trace here"
	export ASAN_OPTIONS="detect_leaks=0:$ASAN_OPTIONS"
	strace -f -e trace=execve -o "$T/calls" pyenv install -q 9.9.1
	run -1 grep -e 'execve(".*/bash"' "$T/calls"
	# (The trace would show one.)
	grep -q -e 'execve(".*/configure"' "$T/calls"
}

# A pip that says what it was asked.
fake_pip() {
	cat >pip <<-'END'
		#!/bin/sh
		echo "asked: $*"
		echo "user=${PIP_USER-unset} links=${PIP_FIND_LINKS-unset} index=${PIP_NO_INDEX-unset}"
		[ -z "${FAKE_PIP_FAIL-}" ] || { echo "ERROR: no such thing: black" >&2; exit 1; }
		printf '#!/bin/sh\n' >"${0%/*}/black"
		chmod 755 "${0%/*}/black"
		echo "Successfully installed black-25.1.0 tox-4.30"
	END
	export FAKE_PIP=$PWD/pip
}

@test "pyenv.md 5: default-packages are installed with the new version's pip" {
	fake_pip
	printf '# all\n\n   # mine\nblack\n' >"$PYENV_ROOT/default-packages"
	PIP_USER=1 PIP_FIND_LINKS=/wheels pyenv_run 0 install 9.9.1
	[ "${lines[0]}" = "asked: install -r $PYENV_ROOT/default-packages" ]
	[ "${lines[1]}" = "user=unset links=/wheels index=unset" ]
	[ -x "$PYENV_ROOT/shims/black" ]
	pyenv_run 0 install -s 9.9.1
	[ -z "$output" ]
	pyenv_run 0 install --no-default-packages 9.9.2
	[ -z "$output" ]
	[ ! -e "$PYENV_ROOT/versions/9.9.2/bin/black" ]
}

@test "default-packages: one fact line in the other face" {
	echo pyvern >"$PYENV_ROOT/face"
	fake_pip
	echo black >"$PYENV_ROOT/default-packages"
	run --separate-stderr pyvern install 9.9.1
	[ "$status" -eq 0 ]
	[ -z "$output" ]
	[[ $stderr == *$'\n'"+ packages   black-25.1.0 tox-4.30   $PYENV_ROOT/default-packages"$'\n'* ]]
	run pyvern install --no-default-packages 9.9.2
	[[ $output != *packages* ]]
	run pyvern install --offline --verbose --force 9.9.1
	[[ $output == *"index=1"* ]]
}

@test "pyenv.md 5: default-packages that fail leave the version, and say what to do" {
	fake_pip
	echo black >"$PYENV_ROOT/default-packages"
	FAKE_PIP_FAIL=1 pyenv_run 0 install 9.9.1
	[ "${stderr_lines[-1]}" = \
		"pyenv: error installing packages from  \`$PYENV_ROOT/default-packages'" ]
	[ -x "$PYENV_ROOT/shims/python" ]
	unset FAKE_PIP
	pyenv_run 0 install 9.9.1:without
	[ "${stderr_lines[-1]}" = \
		"pyenv: error installing packages from  \`$PYENV_ROOT/default-packages'" ]
	echo pyvern >"$PYENV_ROOT/face"
	fake_pip
	FAKE_PIP_FAIL=1 run pyvern install 9.9.2
	[ "$status" -eq 0 ]
	[[ $output == *"! 9.9.2    the default packages are not in it: pip failed with status 1"* ]]
	[[ $output == *"  pip      ERROR: no such thing: black"* ]]
	[[ $output == *"  to fix   $PYENV_ROOT/versions/9.9.2/bin/pip install -r \
$PYENV_ROOT/default-packages"* ]]
	[ -x "$PYENV_ROOT/versions/9.9.2/bin/python" ]
}

@test "default-packages that others can write, or that are no list, are not used" {
	fake_pip
	echo pyvern >"$PYENV_ROOT/face"
	echo black >"$PYENV_ROOT/default-packages"
	chmod o+w "$PYENV_ROOT/default-packages"
	run pyvern install -v 9.9.1
	[ "$status" -eq 0 ]
	[[ $output == *"! 9.9.1    $PYENV_ROOT/default-packages can be written by others"* ]]
	[[ $output != *asked:* ]]
	rm "$PYENV_ROOT/default-packages"
	mkfifo "$PYENV_ROOT/default-packages"
	run timeout 20 pyvern install -vf 9.9.1
	[ "$status" -eq 0 ]
	[[ $output == *"default-packages is no file"* ]]
	rm "$PYENV_ROOT/default-packages"
	head -c 70000 /dev/zero | tr '\0' 'x' >"$PYENV_ROOT/default-packages"
	run pyvern install -vf 9.9.1
	[[ $output == *"default-packages is larger than 65536 bytes"* ]]
	printf '# nothing\n' >"$PYENV_ROOT/default-packages"
	run pyvern install -vf 9.9.1
	[[ $output != *"default packages"* ]]
	[[ $output != *asked:* ]]
}

@test "default-packages: the plugin that does it is let to" {
	fake_pip
	echo black >"$PYENV_ROOT/default-packages"
	mkdir -p "$PYENV_ROOT/plugins/pyenv-default-packages/etc/pyenv.d/install"
	echo "after_install 'echo the plugin'" \
		>"$PYENV_ROOT/plugins/pyenv-default-packages/etc/pyenv.d/install/default-packages.bash"
	pyenv_run 0 install 9.9.1
	[ "$output" = 'the plugin' ]
}
