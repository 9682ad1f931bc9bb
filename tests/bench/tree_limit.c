/* SPDX-License-Identifier: MIT */
/* The limit for making an environment: its folders, files and links made by one thread with
 * the least calls, from a plan that is one file in memory. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <ftw.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

/*
 * usage: tree_limit plan TREE FILE     what TREE has, written down in FILE
 *        tree_limit make FILE DIR      made at DIR, which must not be there
 *
 * A file of TREE that has more names than the one here is linked from TREE, as who made it
 * linked it from somewhere; every other one is written. A folder is opened once, and what is
 * in it is made by its own name, as any maker that wants to be quick does it.
 */

/* Before each item's name and data in the plan; 'd' folder, 'f' file, 'h' hard link, 'l'
 * symbolic link. */
struct item {
	char kind;
	uint32_t mode;
	uint32_t depth; /* of the folder that it is in, from 0: the tree itself */
	uint32_t name_size;
	uint32_t data_size; /* content, target, or path in TREE; with the NUL */
};

#define DEPTH_MAX 64

static FILE *plan;
static const char *tree;

static void
put(const struct item *item, const char *name, const void *data)
{
	if (fwrite(item, sizeof(*item), 1, plan) != 1 ||
	    fwrite(name, item->name_size, 1, plan) != 1 ||
	    (item->data_size && fwrite(data, item->data_size, 1, plan) != 1))
		exit(1);
}

static int
note(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	struct item item = { .mode = st->st_mode & 07777, .depth = (uint32_t)ftw->level - 1 };
	const char *name = path + ftw->base;
	char *data = NULL;
	FILE *file;

	if (ftw->level == 0)
		return 0;
	item.name_size = (uint32_t)strlen(name) + 1;
	if (type == FTW_D) {
		item.kind = 'd';
	} else if (type == FTW_SL) {
		item.kind = 'l';
		item.data_size = (uint32_t)st->st_size + 1;
		data = calloc(1, item.data_size);
		if (readlink(path, data, (size_t)st->st_size) < 0)
			return 1;
	} else if (st->st_nlink > 1) {
		item.kind = 'h';
		item.data_size = (uint32_t)strlen(path) + 1;
		data = strdup(path);
	} else {
		item.kind = 'f';
		item.data_size = (uint32_t)st->st_size;
		data = malloc(item.data_size + 1);
		file = fopen(path, "r");
		if (!file || fread(data, 1, item.data_size, file) != item.data_size)
			return 1;
		fclose(file);
	}
	put(&item, name, data);
	free(data);
	return 0;
}

static int
make_one(const struct item *item, const char *name, const char *data, int *folders)
{
	int at = folders[item->depth];
	int fd;

	switch (item->kind) {
	case 'd':
		if (item->depth + 1 >= DEPTH_MAX || mkdirat(at, name, item->mode) < 0)
			return -1;
		if (folders[item->depth + 1] >= 0)
			close(folders[item->depth + 1]);
		folders[item->depth + 1] = openat(at, name, O_RDONLY | O_DIRECTORY);
		return folders[item->depth + 1] < 0 ? -1 : 0;
	case 'l':
		return symlinkat(data, at, name);
	case 'h':
		return linkat(AT_FDCWD, data, at, name, 0);
	default:
		fd = openat(at, name, O_WRONLY | O_CREAT | O_EXCL, item->mode);
		if (fd < 0 || write(fd, data, item->data_size) != (ssize_t)item->data_size)
			return -1;
		return close(fd);
	}
}

static int
make(const char *file, const char *dir)
{
	int fd = open(file, O_RDONLY);
	int folders[DEPTH_MAX];
	const char *end;
	const char *at;
	struct stat st;

	memset(folders, -1, sizeof(folders));
	if (fd < 0 || fstat(fd, &st) < 0 || mkdir(dir, 0755) < 0 ||
	    (folders[0] = open(dir, O_RDONLY | O_DIRECTORY)) < 0)
		return -1;
	at = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE | MAP_POPULATE, fd, 0);
	if (at == MAP_FAILED)
		return -1;
	for (end = at + st.st_size; at < end;) {
		struct item item;

		memcpy(&item, at, sizeof(item));
		at += sizeof(item);
		if (make_one(&item, at, at + item.name_size, folders) < 0)
			return -1;
		at += item.name_size + item.data_size;
	}
	return 0;
}

int
main(int argc, char **argv)
{
	int failed = 1;

	if (argc == 4 && strcmp(argv[1], "plan") == 0) {
		tree = argv[2];
		plan = fopen(argv[3], "w");
		failed = !plan || nftw(tree, note, DEPTH_MAX, FTW_PHYS) != 0 || fclose(plan) != 0;
	} else if (argc == 4 && strcmp(argv[1], "make") == 0) {
		failed = make(argv[2], argv[3]) != 0;
	}
	if (failed)
		perror("tree_limit");
	return failed;
}
