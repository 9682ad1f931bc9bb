/* SPDX-License-Identifier: MIT */
/* The limit for unpacking: the files of a tree, read into memory beforehand, written
 * below another folder by one thread, with the same calls that an unpacker needs. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

struct item {
	char *path; /* relative */
	mode_t mode;
	struct timespec mtime;
	char *data; /* content, or the target of a link */
	size_t size;
};

static struct item *items;
static size_t count;
static const char *source;

static char *
read_all(const char *path, size_t size)
{
	char *data = malloc(size + 1);
	int fd = open(path, O_RDONLY);
	size_t have = 0;

	while (have < size) {
		ssize_t n = read(fd, data + have, size - have);

		if (n <= 0)
			exit(1);
		have += (size_t)n;
	}
	close(fd);
	return data;
}

static int
take(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	struct item item = { .mode = st->st_mode, .mtime = st->st_mtim };

	(void)ftw;
	if (strcmp(path, source) == 0)
		return 0;
	item.path = strdup(path + strlen(source) + 1);
	if (type == FTW_SL) {
		item.data = calloc(1, (size_t)st->st_size + 1);
		if (readlink(path, item.data, (size_t)st->st_size) < 0)
			return 1;
	} else if (S_ISREG(st->st_mode)) {
		item.size = (size_t)st->st_size;
		item.data = read_all(path, item.size);
	}
	items = realloc(items, (count + 1) * sizeof(*items));
	items[count++] = item;
	return 0;
}

static void
write_item(int to, const struct item *item)
{
	struct timespec times[2] = { { .tv_nsec = UTIME_OMIT }, item->mtime };
	size_t done = 0;
	int fd;

	if (S_ISDIR(item->mode)) {
		if (mkdirat(to, item->path, 0755) < 0)
			exit(1);
		return;
	}
	if (S_ISLNK(item->mode)) {
		if (symlinkat(item->data, to, item->path) < 0)
			exit(1);
		return;
	}
	fd = openat(to, item->path, O_WRONLY | O_CREAT | O_EXCL, item->mode & 0777);
	while (done < item->size) {
		ssize_t n = write(fd, item->data + done, item->size - done);

		if (n <= 0)
			exit(1);
		done += (size_t)n;
	}
	futimens(fd, times);
	close(fd);
}

/* write_tree FROM TO: prints the milliseconds that the writing took. */
int
main(int argc, char **argv)
{
	struct timespec start;
	struct timespec end;
	int to;

	if (argc != 3)
		return 2;
	source = argv[1];
	if (nftw(source, take, 64, FTW_PHYS) != 0 || mkdir(argv[2], 0755) < 0)
		return 1;
	to = open(argv[2], O_RDONLY | O_DIRECTORY);
	clock_gettime(CLOCK_MONOTONIC, &start);
	for (size_t i = 0; i < count; i++)
		write_item(to, &items[i]);
	clock_gettime(CLOCK_MONOTONIC, &end);
	printf("%lld\n", (long long)(end.tv_sec - start.tv_sec) * 1000 +
				 (end.tv_nsec - start.tv_nsec) / 1000000);
	return 0;
}
