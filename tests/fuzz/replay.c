/* SPDX-License-Identifier: MIT */
/* Where there is no libFuzzer: each fuzz target is a test that runs its corpus, and what fuzzing
 * once found is looked at by any compiler.
 *
 *	fuzz_url [FILE|FOLDER]...	(without any: its own corpus in the tree)
 *
 * A target that does not hold aborts: the last line says which file it was at. */
#include <config.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/path.h"
#include "base/str.h"
#include "os/fs.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* 1 MiB: no input is larger. */
#define INPUT_MAX ((size_t)1024 * 1024)

static size_t count;

static void
need(bool holds, const struct err *err)
{
	if (holds)
		return;
	fprintf(stderr, "%s\n", err->message);
	exit(1);
}

static void
replay_file(const struct dir *dir, const char *name)
{
	cleanup_buf struct buf text = BUF_INIT(INPUT_MAX);
	struct err err = { 0 };
	unsigned char *exact;

	printf("# %s/%s\n", dir->path, name);
	(void)fflush(stdout);
	need(fs_read_file(dir, name, &text, &err) == 0, &err);
	/* Without buf's NUL behind it, and at a place of its own: valgrind and sanitizers see
	 * when a target reads on. */
	exact = malloc(text.len ? text.len : 1);
	if (!exact)
		exit(1);
	if (text.len)
		memcpy(exact, text.data, text.len);
	(void)LLVMFuzzerTestOneInput(exact, text.len);
	free(exact);
	count++;
}

static void
replay(const char *path)
{
	cleanup_dirfd struct dir dir = DIR_INIT;
	cleanup_strvec struct strvec names = { 0 };
	cleanup_err struct err err = { 0 };

	if (fs_open_dir(path, &dir, &err) == 0) {
		need(fs_list(&dir, &names, &err) == 0, &err);
		for (size_t i = 0; i < names.count; i++)
			replay_file(&dir, names.items[i]);
	} else {
		struct str above = path_dir(path);
		cleanup_free char *folder = mem_strndup(above.p, above.n);

		need(err.sys == ENOTDIR, &err);
		err_reset(&err);
		need(fs_open_dir(folder, &dir, &err) == 0, &err);
		replay_file(&dir, path_base(path).p);
	}
}

/* The corpus of the target that is called PROGRAM ("…/fuzz_url"). */
static char *
own_corpus(const char *program)
{
	const char *source = getenv("PYVERN_TEST_SOURCE");
	struct str name = path_base(program);

	name = str_skip(name, strlen("fuzz_"));
	return mem_printf("%s/tests/fuzz/corpus/%.*s", source ? source : ".", STR_ARG(name));
}

int
main(int argc, char **argv)
{
	cleanup_free char *own = own_corpus(argv[0]);

	if (argc == 1)
		replay(own);
	for (int i = 1; i < argc; i++)
		replay(argv[i]);
	/* An empty corpus would hold always. */
	printf("1..1\n%sok 1 - %zu inputs of %s\n", count ? "" : "not ", count,
	       path_base(argv[0]).p);
	return count == 0;
}
