/* SPDX-License-Identifier: MIT */
/* What builds of Python look for, and which packages have it. */
#include <config.h>

#include "core/toolchain.h"

/* Sources: CPython's configure.ac and its Developer's Guide ("Install dependencies");
 * the package lists of the distributions. */
const struct toolchain_part toolchain_parts[] = {
	{
		.name = "ssl",
		.header = "openssl/ssl.h",
		.call = "SSL_CTX_new(TLS_client_method())",
		.flags = "-lssl -lcrypto",
		.package = "openssl",
		.is_needed = true,
		.without = "ssl, and so no working pip",
		.packages = { "libssl-dev", "openssl-devel", "openssl-dev", "openssl",
			      "libopenssl-devel", "openssl@3", NULL },
	},
	{
		.name = "zlib",
		.header = "zlib.h",
		.call = "zlibVersion()",
		.flags = "-lz",
		.package = "zlib",
		.is_needed = true,
		.without = "zlib, and so no pip",
		.packages = { "zlib1g-dev", "zlib-devel", "zlib-dev", "zlib", "zlib-devel", "zlib",
			      NULL },
	},
	{
		.name = "bz2",
		.header = "bzlib.h",
		.call = "BZ2_bzlibVersion()",
		.flags = "-lbz2",
		.package = "bzip2",
		.is_needed = true,
		.without = "bz2",
		.packages = { "libbz2-dev", "bzip2-devel", "bzip2-dev", "bzip2", "libbz2-devel",
			      "bzip2", NULL },
	},
	{
		.name = "sqlite3",
		.header = "sqlite3.h",
		.call = "sqlite3_libversion()",
		.flags = "-lsqlite3",
		.package = "sqlite3",
		.is_needed = true,
		.without = "sqlite3",
		.packages = { "libsqlite3-dev", "sqlite-devel", "sqlite-dev", "sqlite",
			      "sqlite3-devel", "sqlite", "sqlite3" },
	},
	{
		.name = "readline",
		.header = "readline/readline.h",
		.call = "readline(\"\")",
		.flags = "-lreadline",
		.package = "readline",
		.is_needed = true,
		.without = "readline: no editing in its shell",
		.packages = { "libreadline-dev", "readline-devel", "readline-dev", "readline",
			      "readline-devel", "readline", "readline" },
	},
	{
		.name = "ffi",
		.header = "ffi.h",
		.call = "ffi_prep_cif(0, FFI_DEFAULT_ABI, 0, 0, 0)",
		.flags = "-lffi",
		.package = "libffi",
		.since = 7,
		.without = "ctypes",
		.packages = { "libffi-dev", "libffi-devel", "libffi-dev", "libffi", "libffi-devel",
			      "libffi", "libffi" },
	},
	{
		.name = "lzma",
		.header = "lzma.h",
		.call = "lzma_version_number()",
		.flags = "-llzma",
		.package = "liblzma",
		.since = 3,
		.without = "lzma",
		.packages = { "liblzma-dev", "xz-devel", "xz-dev", "xz", "xz-devel", "xz", NULL },
	},
	{
		.name = "uuid",
		.header = "uuid/uuid.h",
		.call = "uuid_generate_time(0)",
		.flags = "-luuid",
		.package = "uuid",
		.since = 7,
		.without = "fast uuid",
		.packages = { "uuid-dev", "libuuid-devel", "util-linux-dev", "util-linux-libs",
			      "libuuid-devel", NULL, NULL },
	},
	{
		.name = "ncurses",
		.header = "curses.h",
		.call = "initscr()",
		.flags = "-lncurses",
		.package = "ncursesw",
		.without = "curses",
		.packages = { "libncurses-dev", "ncurses-devel", "ncurses-dev", "ncurses",
			      "ncurses-devel", "ncurses", NULL },
	},
	{
		.name = "tk",
		.header = "tk.h",
		.call = "Tk_Init(0)",
		.flags = "-ltk8.6 -ltcl8.6",
		.package = "tk",
		.without = "tkinter",
		.packages = { "tk-dev", "tk-devel", "tk-dev", "tk", "tk-devel", "tcl-tk", "tk86" },
	},
	{ 0 },
};

const struct toolchain_part toolchain_compiler = {
	.name = "compiler",
	.is_needed = true,
	.packages = { "build-essential", "gcc make", "build-base", "base-devel", "gcc make", NULL,
		      NULL },
};

bool
toolchain_is_used(const struct toolchain_part *part, const struct version *version)
{
	if (part->since == 0 || version->language_parts == 0)
		return true;
	if (version->language[0] != 3)
		return version->language[0] > 3;
	return version->language_parts < 2 || version->language[1] >= part->since;
}
