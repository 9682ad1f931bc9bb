/* SPDX-License-Identifier: MIT */
/* Fuzz target: the index of a seed. What is planted by it is in the two folders. */
#include <config.h>

#include <fcntl.h>
#include <sys/stat.h>

#include "ground.h"
#include "venv/seed.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Two files with a time that an index can have. */
static void
make_files(const struct dir *folder)
{
	static bool made;
	const struct timespec times[2] = { { .tv_sec = 1 }, { .tv_sec = 1 } };
	cleanup_dirfd struct dir files = DIR_INIT;
	cleanup_dirfd struct dir package = DIR_INIT;

	if (made)
		return;
	made = true;
	ground_folder(folder, SEED_FILES, &files);
	ground_folder(&files, "p", &package);
	ground_write(&package, "a.py", STR_LIT("pass\n"));
	ground_write(&package, "b c", STR_LIT(""));
	must(utimensat(package.fd, "a.py", times, 0) == 0 &&
	     utimensat(package.fd, "b c", times, 0) == 0);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	cleanup_dirfd struct dir folder = DIR_INIT;
	cleanup_dirfd struct dir site = DIR_INIT;
	cleanup_dirfd struct dir bin = DIR_INIT;
	cleanup_seed struct seed seed = SEED_INIT;
	cleanup_strvec struct strvec names = { 0 };
	cleanup_err struct err err = { 0 };
	cleanup_err struct err other = { 0 };
	bool is_right;

	ground_folder(ground(), "seed", &folder);
	make_files(&folder);
	ground_write(&folder, SEED_INDEX, (struct str){ (const char *)data, size });
	ground_empty(ground(), "site", &site);
	ground_empty(ground(), "bin", &bin);
	if (seed_open_at(ground(), "seed", &seed, &err) < 0)
		return 0;
	is_right = seed_verify(&seed, &err) == 0;
	/* A name may come twice, which a look does not tell. */
	if (seed_plant(&seed, &site, &bin, "/n/bin/python", SEED_COPY, &other) == 0)
		must(is_right);
	err_reset(&err);
	must(fs_list(ground(), &names, &err) == 0 && names.count == 3);
	return 0;
}
