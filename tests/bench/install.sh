#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# make bench-install: a standalone build from a server on loopback (https) to an
# installed version, beside the pure writing of the same tree, bsdtar, and uv.
#
# usage: install.sh STAGE SOURCE BUILD   (an installed tree, the source tree, the build)
# PYVERN_REAL_ROOT: a root with 3.13.5, of which the archives are made. ROUNDS (default
# 5); UV: a uv program (default: one from PyPI, in the bench's own folder).
set -eu

stage=$1
source=$2
build=$3
rounds=${ROUNDS:-5}
tree=${PYVERN_REAL_ROOT:?}/versions/3.13.5
work=$(mktemp -d "${TMPDIR:-/tmp}/pyvern-bench.XXXXXX")
# shellcheck source=tests/lib/nginx.bash disable=SC1091
source "$source/tests/lib/nginx.bash"
trap 'nginx_stop "$work/nginx"; rm -rf "${work:?}"' EXIT
trap 'exit 130' INT TERM

unset PYENV_VERSION PYVERN_VERSION PYVERN_ROOT PYENV_ROOT PYTHON_BUILD_MIRROR_URL
unset http_proxy https_proxy HTTPS_PROXY HTTP_PROXY all_proxy ALL_PROXY PYTHON_CONFIGURE_OPTS
export HOME=$work/home NO_COLOR=1
mkdir -p "$HOME" "$work/nginx/www"
www=$work/nginx/www
name=cpython-3.13.5+20260814-$(uname -m)-unknown-linux-gnu-install_only.tar

# shellcheck disable=SC2086 # may be more than a word ("ccache gcc")
${CC:-cc} -O2 -o "$work/write_tree" "$source/tests/bench/write_tree.c"
sh "$source/tests/lib/pack-standalone.sh" "$tree" "$www" "$build/tests/real/move_tree" \
	3.13.5 3.13.4 3.13.3 3.13.2 3.13.1
nginx_start "$work/nginx"
mkdir "$work/plain"
bsdtar -C "$work/plain" -xf "$www/$name.gz"

digest() { sha256sum "$1" | cut -d' ' -f1; }

make_root() { # DIR TYPE VERSION...
	local root=$1 type=$2 version file
	shift 2
	mkdir -p "$root/catalog"
	echo "ca_file = $NGINX_CA" >"$root/config"
	{
		echo '# pyvern catalogue 1'
		for version; do
			file=${name/3.13.5/$version}.$type
			printf 'cpython\t%s\t\tstandalone\tlinux\t%s\tgnu\t\t20260814\t%s\t%s\t%d\n' \
				"$version" "$(uname -m)" "https://localhost:$NGINX_PORT/$file" \
				"$(digest "$www/$file")" "$(wc -c <"$www/$file")"
		done
	} >"$root/catalog/cpython-linux-$(uname -m)-gnu.tsv"
}

find_uv() {
	uv=${UV:-}
	[ -z "$uv" ] || return 0
	python3 -m venv "$work/uv" >/dev/null 2>&1 || return 0
	"$work/uv/bin/pip" install -q --disable-pip-version-check uv >/dev/null 2>&1 || return 0
	uv=$work/uv/bin/uv
}
find_uv
uv_json() { # TYPE
	cat >"$work/uv-$1.json" <<-END
		{"cpython-3.13.5-linux-$(uname -m)-gnu": {"name": "cpython", "arch": {"family": "$(uname -m)",
		"variant": null}, "os": "linux", "libc": "gnu", "major": 3, "minor": 13, "patch": 5,
		"prerelease": "", "url": "https://localhost:$NGINX_PORT/$name.$1",
		"sha256": "$(digest "$www/$name.$1")", "variant": null, "build": "20260814"}}
	END
}

# timed ROW COMMAND...: run it once, and note the milliseconds.
timed() {
	local row=$1 start=$EPOCHREALTIME
	shift
	"$@" >"$work/out" 2>&1 || { echo "$row failed:"; cat "$work/out"; exit 1; }
	local end=$EPOCHREALTIME
	echo $(((${end/./} - ${start/./}) / 1000)) >>"$work/ms-$row"
}

median() {
	sort -n "$work/ms-$1" | sed -n "$((($(wc -l <"$work/ms-$1") + 1) / 2))p"
}

clear_up() {
	rm -rf "${work:?}/to"
	sync -f "$work"
}

install_all() { # TYPE VERSION...
	make_root "$work/to" "$@"
	shift
	PYVERN_ROOT=$work/to "$stage/bin/pyvern" install "$@"
}

uv_install() {
	UV_PYTHON_DOWNLOADS_JSON_URL=$work/uv-$1.json SSL_CERT_FILE=$NGINX_CA UV_NO_CONFIG=1 \
		UV_PYTHON_INSTALL_DIR=$work/to UV_CACHE_DIR=$work/to/cache \
		"$uv" python install --no-bin cpython-3.13.5-linux-"$(uname -m)"-gnu
}

bsdtar_install() {
	mkdir "$work/to"
	curl -s --cacert "$NGINX_CA" "https://localhost:$NGINX_PORT/$name.$1" | bsdtar -C "$work/to" -xf -
}

for _ in $(seq "$rounds"); do
	clear_up
	"$work/write_tree" "$work/plain/python" "$work/to" >>"$work/ms-write"
	for type in gz zst xz; do
		clear_up && timed "bsdtar-$type" bsdtar_install "$type"
		clear_up && timed "pyvern-$type" install_all "$type" 3.13.5
		if [ -n "$uv" ] && [ "$type" != xz ]; then
			uv_json "$type"
			clear_up && timed "uv-$type" uv_install "$type"
		fi
	done
	clear_up && timed "pyvern-five" install_all zst 3.13.5 3.13.4 3.13.3 3.13.2 3.13.1
done

limit=$(median write)
echo "one standalone build of 3.13.5 from loopback, https ($rounds rounds, medians)"
printf '%-34s %6s ms\n' "writing its files alone" "$limit"
for type in gz zst xz; do
	for program in pyvern bsdtar uv; do
		[ -s "$work/ms-$program-$type" ] || continue
		ms=$(median "$program-$type")
		printf '%-34s %6s ms   x%s.%02d of the writing\n' "$program, .tar.$type" "$ms" \
			$((ms / limit)) $((ms * 100 / limit % 100))
	done
done
[ -n "$uv" ] || echo "no uv to be had: not compared"
ms=$(median pyvern-five)
printf '%-34s %6s ms   x%s.%02d of one\n' "pyvern, five at once (.tar.zst)" "$ms" \
	$((ms / $(median pyvern-zst))) $((ms * 100 / $(median pyvern-zst) % 100))
echo "the last installation's own account:"
PYVERN_ROOT=$work/to python3 -c 'import json, sys
print("   ", json.load(open(sys.argv[1]))["milliseconds"])' "$work/to/versions/3.13.5/.pyvern/receipt.json"
