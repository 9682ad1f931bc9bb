#!/bin/sh
# SPDX-License-Identifier: MIT
# fake-package.sh NAME DIR: make DIR/NAME.tar.gz, a package that is no Python, with
# configure, make and make install, and print its SHA-256. What it installs is
# lib/NAME.txt, which tells how it was built, and lib/pkgconfig/NAME.pc.
#	FAKE_FAIL=package-configure|package-make   that step says why and fails
#	FAKE_SLOW=package-make                     that step takes a minute
set -eu

name=$1
dir=$2
top=$dir/src/$name
rm -rf "${dir:?}/src"
mkdir -p "$top"

cat >"$top/configure" <<'END'
#!/bin/sh
if [ "${FAKE_FAIL-}" = package-configure ]; then
	echo "configure: no" >&2
	exit 9
fi
for arg; do
	case $arg in --prefix=*) prefix=${arg#--prefix=} ;; esac
done
sed "s|@prefix@|$prefix|" Makefile.in >Makefile
{
	echo "words $*"
	echo "prefix $prefix"
	echo "CFLAGS ${CFLAGS-}"
	echo "LDFLAGS ${LDFLAGS-}"
	echo "FROM_HOOK ${FROM_HOOK-}"
} >told
END
chmod 755 "$top/configure"
cp "$top/configure" "$top/config"

cat >"$top/Makefile.in" <<END
prefix = @prefix@
all:
	@if [ "\$\${FAKE_SLOW-}" = package-make ]; then sleep 60; fi
	@if [ "\$\${FAKE_FAIL-}" = package-make ]; then echo "boom.c:1: error" >&2; exit 3; fi
	echo "made \$(WORD)" >>told
install install_sw:
	mkdir -p \$(DESTDIR)\$(prefix)/lib/pkgconfig \$(DESTDIR)\$(prefix)/bin
	echo "target \$@ \$(INSTALL_WORD)" >>told
	cp told \$(DESTDIR)\$(prefix)/lib/$name.txt
	cat source.txt >>\$(DESTDIR)\$(prefix)/lib/$name.txt
	echo "prefix=\$(prefix)" >\$(DESTDIR)\$(prefix)/lib/pkgconfig/$name.pc
END
printf 'first line\nsecond line\n' >"$top/source.txt"

tar -C "$dir/src" -czf "$dir/$name.tar.gz" "$name"
sum=$(openssl dgst -sha256 -r "$dir/$name.tar.gz")
echo "${sum%% *}"
