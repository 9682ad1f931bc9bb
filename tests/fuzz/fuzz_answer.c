/* SPDX-License-Identifier: MIT */
/* Fuzz target: what a Python that is to be adopted says of itself. "@" stands for a folder
 * that is there. */
#include <config.h>

#include "core/adopt_internal.h"
#include "ground.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
make_tree(void)
{
	static bool made;
	cleanup_dirfd struct dir bin = DIR_INIT;

	if (made)
		return;
	made = true;
	ground_folder(ground(), "bin", &bin);
	ground_write(&bin, "python3.13", STR_LIT(""));
	ground_write(&bin, "py thon", STR_LIT(""));
}

static void
check_inside(const char *path)
{
	must(is_inside(str_from(path)));
}

static void
check(const struct adoptee *a)
{
	must(a->prefix && a->prefix[0] == '/' && a->interpreter && a->interpreter[0] == '/');
	check_inside(a->facts.stdlib);
	check_inside(a->facts.platlib);
	check_inside(a->facts.executable);
	check_inside(a->facts.version);
	check_inside(a->facts.implementation);
	check_inside(a->facts.abi);
	must(!a->release || is_inside(str_from(a->release)));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	cleanup_buf struct buf text = BUF_INIT(BUF_TEXT_MAX);
	cleanup_adoptee struct adoptee found = { 0 };
	cleanup_err struct err err = { 0 };

	make_tree();
	for (size_t i = 0; i < size; i++)
		if (data[i] == '@')
			buf_add_text(&text, ground()->path);
		else
			buf_add(&text, &data[i], 1);
	if (adopt_read_answer("/nowhere/python", buf_str(&text), &found, &err) == 0)
		check(&found);
	return 0;
}
