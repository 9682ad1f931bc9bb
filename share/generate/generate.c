/* SPDX-License-Identifier: MIT */
/* Writes what is made of the command table at build time. */
#include <config.h>

/*
 * usage: generate links | bash | zsh | fish | pwsh | nu
 *        generate man PROSE FOLDER
 *
 * `links` prints the names by which hooks and plugins call our commands, one a
 * line: pyenv, pyvern, python-build, pyenv-local, pyvern-local, pyenv-sh-shell, … The others print the completion
 * file of that shell. `man` writes all manual pages to FOLDER. A cross build runs one that was built for the machine that
 * builds (make GENERATE=PROGRAM).
 */

#include <stdio.h>
#include <string.h>

#include "generate.h"

/* pyvern-NAME of a command without `run` is a program of its own. */
static void
links(struct buf *b, const struct command *const *table)
{
	buf_add_text(b, "pyenv\npyvern\npython-build\n");
	for (const struct command *const *c = table; *c; c++) {
		if ((*c)->internal)
			continue;
		buf_printf(b, "pyenv-%s\n", (*c)->name);
		if ((*c)->run)
			buf_printf(b, "pyvern-%s\n", (*c)->name);
	}
}

static const struct {
	const char *name;
	void (*write)(struct buf *b, const struct command *const *table);
} writers[] = {
	{ "links", links },	      { "bash", completions_bash }, { "zsh", completions_zsh },
	{ "fish", completions_fish }, { "pwsh", completions_pwsh }, { "nu", completions_nu },
};

/* The text of FOLDER/NAME.txt; empty when there is none. */
static void
read_prose(const char *folder, const char *name, struct buf *ret)
{
	cleanup_free char *path = mem_printf("%s/%s.txt", folder, name);
	FILE *file = fopen(path, "r");
	char bytes[4096];
	size_t n;

	while (file && (n = fread(bytes, 1, sizeof(bytes), file)) > 0)
		buf_add(ret, bytes, n);
	if (file)
		(void)fclose(file);
}

static int
write_page(const char *folder, const char *name, char section, const struct buf *page)
{
	cleanup_free char *path = mem_printf("%s/%s.%c", folder, name, section);
	FILE *file = fopen(path, "w");
	bool failed =
		!file || page->overflowed || fwrite(page->data, 1, page->len, file) != page->len;

	if ((file && fclose(file) != 0) || failed) {
		perror(path);
		return -1;
	}
	return 0;
}

static int
write_manual(const char *prose_folder, const char *folder, const struct command *const *table)
{
	static const struct {
		const char *name;
		char section;
	} topics[] = {
		{ "pyvern", '1' },	  { "pyvern-pins", '5' },	 { "pyvern-formats", '5' },
		{ "pyvern-policy", '5' }, { "pyvern-environment", '7' }, { "pyvern-plugins", '7' },
	};

	for (const struct command *const *c = table; *c; c++) {
		cleanup_buf struct buf prose = BUF_INIT(GENERATED_MAX);
		cleanup_buf struct buf page = BUF_INIT(GENERATED_MAX);
		cleanup_free char *name = mem_printf("pyvern-%s", (*c)->name);

		if (!is_typed(*c))
			continue;
		read_prose(prose_folder, (*c)->name, &prose);
		manual_command(&page, *c, buf_str(&prose));
		if (write_page(folder, name, '1', &page) < 0)
			return -1;
	}
	for (size_t i = 0; i < sizeof(topics) / sizeof(*topics); i++) {
		cleanup_buf struct buf prose = BUF_INIT(GENERATED_MAX);
		cleanup_buf struct buf page = BUF_INIT(GENERATED_MAX);

		read_prose(prose_folder, topics[i].name, &prose);
		manual_topic(&page, topics[i].name, topics[i].section, table, buf_str(&prose));
		if (write_page(folder, topics[i].name, topics[i].section, &page) < 0)
			return -1;
	}
	return 0;
}

int
main(int argc, char **argv)
{
	cleanup_buf struct buf b = BUF_INIT(GENERATED_MAX);

	if (argc == 4 && strcmp(argv[1], "man") == 0)
		return write_manual(argv[2], argv[3], command_table) < 0;
	for (size_t i = 0; argc == 2 && i < sizeof(writers) / sizeof(*writers); i++)
		if (strcmp(argv[1], writers[i].name) == 0)
			writers[i].write(&b, command_table);
	if (b.len == 0 || b.overflowed) {
		(void)fputs("usage: generate links|bash|zsh|fish|pwsh|nu, or man PROSE FOLDER\n",
			    stderr);
		return 2;
	}
	if (fwrite(b.data, 1, b.len, stdout) != b.len || fflush(stdout) != 0) {
		perror("generate");
		return 1;
	}
	return 0;
}
