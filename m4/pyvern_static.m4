# SPDX-License-Identifier: MIT
# PYVERN_STATIC: STATIC_LDFLAGS is what links a program without a dynamic loader,
# or empty where that cannot be (macOS, no static libc, sanitizers). For the
# shim, which starts with every Python.
AC_DEFUN([PYVERN_STATIC], [
	STATIC_LDFLAGS=
	AS_IF([test -z "$enable_sanitizers" || test "x$enable_sanitizers" = xno], [
		AC_CACHE_CHECK([whether programs can be linked statically], [pyvern_cv_static], [
			pyvern_save_LDFLAGS=$LDFLAGS
			LDFLAGS="$LDFLAGS -static"
			AC_LINK_IFELSE([AC_LANG_PROGRAM([#include <unistd.h>], [return getpid() < 0;])],
				[pyvern_cv_static=yes], [pyvern_cv_static=no])
			LDFLAGS=$pyvern_save_LDFLAGS])
		AS_IF([test "x$pyvern_cv_static" = xyes], [STATIC_LDFLAGS=-static])])
	AC_SUBST([STATIC_LDFLAGS])
])
