/* SPDX-License-Identifier: MIT */
/* Fuzz target: facts files; and the files that facts are derived from, when the
 * input begins with "D": lines "%" separate patchlevel.h, ensurepip/__init__.py
 * and pyvenv.cfg. */
#include <config.h>

#include <fcntl.h>
#include <unistd.h>

#include "core/store.h"
#include "ground.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct dir tree = DIR_INIT;

static void
make(const char *path)
{
	cleanup_dirfd struct dir folder = DIR_INIT;
	cleanup_free char *parent = mem_strndup(path_dir(path).p, path_dir(path).n);
	cleanup_free char *whole = path_join(ground()->path, "tree", parent, NULL);
	struct err err = { 0 };

	must(fs_make_dirs(whole, 0755, &folder, &err) == 0);
	must(fs_write_file(&folder, path_base(path).p, STR_LIT("#!/bin/sh\n"), 0755, &err) == 0);
}

static void
make_tree(void)
{
	if (tree.fd >= 0)
		return;
	make("bin/python3.13");
	make("include/python3.13/patchlevel.h");
	make("lib/python3.13/os.py");
	make("lib/python3.13/ensurepip/_bundled/pip-25.1-py3-none-any.whl");
	make("lib/python3.13/ensurepip/_bundled/pip-9.0-py3-none-any.whl");
	ground_folder(ground(), "tree", &tree);
}

/* Each word of VALUE is a path below the prefix. */
static void
check_paths(const char *value)
{
	struct str rest = str_from(value);
	struct str word;

	while (str_word(&rest, &word)) {
		struct str part;

		while (str_split(&word, '/', &part))
			if (!path_component_ok(part))
				abort();
	}
}

static void
check(const struct facts *facts)
{
	const char *const values[] = { facts->implementation, facts->abi,	 facts->stdlib,
				       facts->platlib,	      facts->executable, facts->executables,
				       facts->wheels,	      facts->version };

	for (size_t i = 0; i < sizeof(values) / sizeof(*values); i++)
		check_paths(values[i]);
}

static void
write_part(struct str *rest, const char *path)
{
	const char *start = rest->p;
	struct str line;
	size_t n = 0;
	int fd = openat(tree.fd, path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);

	while (str_line(rest, &line) && !str_eq_text(line, "%"))
		n = (size_t)(line.p + line.n - start);
	if (fd < 0 || (n && write(fd, start, n) != (ssize_t)n))
		abort();
	close(fd);
}

static void
derive(struct str text)
{
	cleanup_facts struct facts facts = { 0 };
	cleanup_err struct err err = { 0 };

	make_tree();
	write_part(&text, "include/python3.13/patchlevel.h");
	write_part(&text, "lib/python3.13/ensurepip/__init__.py");
	write_part(&text, "pyvenv.cfg");
	if (facts_derive(&tree, &facts, &err) == 0)
		check(&facts);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str text = { (const char *)data, size };
	cleanup_facts struct facts facts = { 0 };

	if (size && data[0] == 'D')
		derive(str_skip(text, 1));
	else if (facts_parse(text, &facts))
		check(&facts);
	return 0;
}
