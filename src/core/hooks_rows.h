/* SPDX-License-Identifier: MIT */
/* Published hook files, and what they read: data, see hooks_native.c. */
#ifndef PYVERN_CORE_HOOKS_ROWS_H
#define PYVERN_CORE_HOOKS_ROWS_H

static const struct hook_row hook_rows[] = {
	{ "exec/pip-rehash.bash", 236, UINT64_C(0x699f5d91926a2473) },
	{ "exec/pip-rehash.bash", 667, UINT64_C(0x2544c8e0060337b7) },
	{ "exec/pip-rehash/conda", 711, UINT64_C(0x44d9284d4ffdee40) },
	{ "exec/pip-rehash/easy_install", 651, UINT64_C(0x56a1073e9e2a033e) },
	{ "exec/pip-rehash/pip", 752, UINT64_C(0x53e6efb7240464cb) },
	{ "install/latest.bash", 829, UINT64_C(0x8a7888e5e189a5bc) },
	{ "rehash/conda.bash", 2211, UINT64_C(0xb6a6ec767c9dc168) },
	{ "rehash/conda.d/.gitignore", 30, UINT64_C(0xdad6b5b8a5c40a7e) },
	{ "rehash/conda.d/default.list", 1567, UINT64_C(0xa3f15d41275ff3af) },
	{ "rehash/envs.bash", 288, UINT64_C(0x9673805721ea2fe4) },
	{ "rehash/source.bash", 854, UINT64_C(0xb66d66a8ab7fd312) },
	{ "rehash/source.bash", 870, UINT64_C(0x328390a16a3183bd) },
	{ "rehash/source.d/.gitignore", 30, UINT64_C(0xdad6b5b8a5c40a7e) },
	{ "rehash/source.d/default.list", 89, UINT64_C(0xf04a541917956cb3) },
	{ "uninstall/envs.bash", 1144, UINT64_C(0x3ea0081245ddc035) },
	{ "which/conda.bash", 468, UINT64_C(0xf790f3adef19b06d) },
	{ "which/conda.bash", 500, UINT64_C(0xf312e4c3a0253fcb) },
	{ "which/lookup_from_path.bash", 538, UINT64_C(0x1bce23bbb884e288) },
	{ "which/python-config.bash", 1853, UINT64_C(0x49c52eb8a609dbe9) },
	{ "which/python-config.bash", 1890, UINT64_C(0x590f175e19c3531c) },
	{ "which/system-site-packages.bash", 2416, UINT64_C(0x226edde62d2804eb) },
	{ "which/system-site-packages.bash", 2453, UINT64_C(0xc74e0ba25c75240e) },
};

#endif
