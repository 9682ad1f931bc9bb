#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# shellcheck disable=SC2154 # bats sets stderr
# pyvern install 9.9-dev: what CPython's branch is today, cloned by a real git from a folder.

bats_require_minimum_version 1.5.0
load ../lib/packages

setup_file() {
	command -v git >/dev/null || return 0
	unlisted_packages 'cpython 9.9.1'
	mkdir "$PKG/repo"
	tar -C "$PKG/repo" --strip-components=1 -xf "$PKG/Python-9.9.1.tar.gz"
	printf '#define PY_MAJOR_VERSION\t9\n#define PY_MINOR_VERSION\t9\n' >>"$PKG/repo/Include/patchlevel.h"
	export GIT_AUTHOR_NAME=x GIT_AUTHOR_EMAIL=x@example.org
	export GIT_COMMITTER_NAME=x GIT_COMMITTER_EMAIL=x@example.org
	git -C "$PKG/repo" init -q -b main
	git -C "$PKG/repo" add -A
	git -C "$PKG/repo" commit -qm one
}

setup() {
	command -v git >/dev/null || skip "no git"
	own_root
	cp -r "$PKG/repo" repo
	git config --global url."file://$HOME/repo".insteadOf https://github.com/python/cpython
}

@test "the branch of the series, or main where there is none; the commit is in the receipt" {
	run -0 --separate-stderr pyvern install 9.9-dev
	echo "$stderr"
	[[ $stderr == *'+ 9.9-dev '*'built from source'* ]]
	[[ $stderr == *", commit $(git -C repo rev-parse main) "* ]]
	[[ $stderr == *'checked  nothing: what vouches for it is https://github.com/python/cpython'* ]]
	[ "$(PYVERN_VERSION=9.9-dev "$PYVERN_ROOT/shims/python" --version)" = 'Python 9.9.1' ]
	grep -q "commit $(git -C repo rev-parse main)" "$PYVERN_ROOT/versions/9.9-dev/.pyvern/receipt.json"
	[ -z "$(ls -A "$PYVERN_ROOT/.staging")" ]

	git -C repo branch 9.9
	git -C repo commit -q --allow-empty -m two
	run -0 pyvern install --force 9.9-dev
	grep -q "commit $(git -C repo rev-parse 9.9)" "$PYVERN_ROOT/versions/9.9-dev/.pyvern/receipt.json"
	run -0 pyvern install 9.9-dev
	[[ $output == '= 9.9-dev '*' installed' ]]
}

@test "debug and free-threaded ones have names of their own; options of builds count" {
	run -0 pyvern install --debug 9.9-dev 9.9t-dev
	echo "$output"
	[ -x "$PYVERN_ROOT/versions/9.9-dev-debug/bin/python9.9d" ]
	[ -x "$PYVERN_ROOT/versions/9.9t-dev-debug/bin/python9.9td" ]
	PYTHON_CONFIGURE_OPTS=--with-mine run -0 pyvern install --static --lto 9.9-dev
	[[ $output == *"how      --lto, --static, without Python's own tests"* ]]
	grep -q -e ' --with-lto --disable-shared --disable-test-modules --with-mine' "$PYVERN_ROOT/versions/9.9-dev/.pyvern/receipt.json"
}

@test "a series that has no branch, and is not what main is, is said before it is built" {
	run -3 pyvern install 9.8-dev
	echo "$output"
	[[ $output == *'https://github.com/python/cpython has no branch 9.8'* ]]
	[[ $output == *'because  its branch main is Python 9.9 by now'* ]]
	[ ! -e "$PYVERN_ROOT/versions/9.8-dev" ]
	[ -z "$(ls -A "$PYVERN_ROOT/.staging")" ]
}

@test "what it cannot be: offline, prebuilt, signed, or cloned without git" {
	run -4 pyvern install --offline 9.9-dev
	[[ $output == *'is on the network, which --offline forbids'* ]]
	run -3 pyvern install --prebuilt 9.9-dev
	[[ $output == *"nobody's build of 9.9-dev is known"*'to fix'*'without --prebuilt'* ]]
	run -5 pyvern install --require-signature 9.9-dev
	[[ $output == *'9.9-dev: nothing signs what a branch is made of'* ]]
	git config --global --unset url."file://$HOME/repo".insteadOf
	git config --global url."file://$HOME/none".insteadOf https://github.com/python/cpython
	run -4 pyvern install 9.9-dev
	echo "$output"
	[[ $output == *'git cannot ask https://github.com/python/cpython for its branches'*because* ]]
	mkdir bin
	for tool in /usr/bin/* /bin/*; do
		[[ $tool == */git ]] || ln -sf "$tool" bin/
	done
	PATH=$PYVERN_TEST_STAGE/bin:$HOME/bin run -1 pyvern install 9.9-dev
	[[ $output == *'is in a git repository, and git is not here'* ]]
	[ -z "$(ls -A "$PYVERN_ROOT/versions" 2>/dev/null)" ]
}

@test "in pyenv's face, and by python-build" {
	echo pyenv >"$PYVERN_ROOT/face"
	run -0 pyvern install 9.9-dev
	echo "$output"
	[[ $output == *"Cloning https://github.com/python/cpython..."*"Installed Python-9.9-dev to $PYVERN_ROOT/versions/9.9-dev"* ]]
	run -0 python-build 9.9-dev "$HOME/here"
	[[ $output == *"Installed Python-9.9-dev to $HOME/here" ]]
	[ "$("$HOME/here/bin/python" --version)" = 'Python 9.9.1' ]
}

@test "branches of the series that are known, and of the next, are listed in pyenv's face" {
	echo pyenv >"$PYVERN_ROOT/face"
	run -0 --separate-stderr pyvern install --list
	for name in 2.7-dev 3.9-dev 3.13-dev 3.13t-dev 3.14-dev; do
		grep -qx "  $name" <<<"$output"
	done
	run -1 grep -x '  3.12t-dev' <<<"$output"
}
