/* SPDX-License-Identifier: MIT */
/* Programs that are texts: their first line, and what they say of their place. */
#include <config.h>

#include <fcntl.h>
#include <string.h>

#include "base/path.h"
#include "os/fd.h"
#include "supply/relocate_internal.h"
#include "venv/scripts.h"

static bool
is_python(const char *program)
{
	static const char *const names[] = { "python", "pypy", "graalpy" };
	struct str base = path_base(program);

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		if (str_starts(base, str_from(names[i])))
			return true;
	return false;
}

static bool
is_shell(const char *program)
{
	struct str base = path_base(program);

	return str_ends(base, STR_LIT("sh"));
}

/* PROGRAM below the new place; NULL when it is not below the old one. */
static char *
moved_program(const struct relocation *r, const char *program)
{
	cleanup_buf struct buf moved = BUF_INIT(2 * PATH_TEXT_MAX);

	if (!text_is_path(&r->move, str_from(program)) ||
	    !text_move(&r->move, str_from(program), TEXT_PLAIN, &moved) || moved.overflowed)
		return NULL;
	return buf_take(&moved);
}

/* What is behind the first lines: a shell's program, or another's, whose texts we cannot
 * write anew where the new place has characters that mean something to it. */
static bool
move_body(struct relocation *r, const struct relocate_file *file, const struct script_start *start,
	  struct buf *out)
{
	bool is_text = start->rest.n == 0 || !memchr(start->rest.p, 0, start->rest.n);

	if (is_text && start->program && is_shell(start->program)) {
		if (str_ends(str_from(file->name), STR_LIT("-config")) &&
		    text_needs_quotes(r->move.to))
			return relocate_config_script(r, file, start->rest, out);
		return text_move(&r->move, start->rest, TEXT_SCRIPT, out);
	}
	if (is_text && !text_needs_quotes(r->move.to))
		return text_move(&r->move, start->rest, TEXT_PLAIN, out);
	if (is_text && text_mentions(&r->move, start->rest))
		relocate_leave(r, file, "it names the place inside");
	buf_add_str(out, start->rest);
	return false;
}

bool
relocate_script(struct relocation *r, const struct relocate_file *file, struct str text,
		struct buf *out)
{
	cleanup_script_start struct script_start start = { 0 };
	cleanup_free char *program = NULL;
	bool changed = false;

	if (!script_read_start(text, &start))
		return false;
	program = moved_program(r, start.program);
	if (program && (is_python(program) || script_fits_line(program, start.args))) {
		script_write_start(out, program, start.args);
		changed = true;
	} else {
		if (program)
			relocate_leave(r, file, "no first line of a script can name %s", program);
		buf_add(out, text.p, (size_t)(start.rest.p - text.p));
	}
	return move_body(r, file, &start, out) || changed;
}

/* The script NAME in BIN is run by this program. Owned by the caller; NULL: none. */
static char *
program_of(const struct dir *bin, const char *name)
{
	cleanup_script_start struct script_start start = { 0 };
	cleanup_buf struct buf text = BUF_INIT(RELOCATE_TEXT_MAX);
	cleanup_err struct err ignored = { 0 };
	char *program = NULL;
	char magic[2];
	cleanup_fd int fd = openat(bin->fd, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK);

	/* A Python without its library has many megabytes. */
	if (fd < 0 || fd_read_full(fd, magic, sizeof(magic)) != (ssize_t)sizeof(magic) ||
	    memcmp(magic, "#!", sizeof(magic)) != 0 ||
	    fs_read_file(bin, name, &text, &ignored) < 0 ||
	    !script_read_start(buf_str(&text), &start))
		return NULL;
	program = steal_ptr(&start.program);
	if (program && program[0] == '/' && is_python(program))
		return program;
	free(program);
	return NULL;
}

void
relocate_recorded_roots(const struct dir *tree, const char *at, const char *root,
			struct strvec *ret_roots)
{
	cleanup_free char *end = mem_printf("/%s/bin", at);
	cleanup_dirfd struct dir bin = DIR_INIT;
	cleanup_strvec struct strvec names = { 0 };
	cleanup_err struct err ignored = { 0 };

	if (fs_open_dir_at(tree, "bin", &bin, &ignored) < 0 || fs_list(&bin, &names, &ignored) < 0)
		return;
	for (size_t i = 0; i < names.count; i++) {
		cleanup_free char *program = program_of(&bin, names.items[i]);
		struct str folder = program ? path_dir(program) : STR_LIT("");
		cleanup_free char *found = NULL;

		if (!str_ends(folder, str_from(end)) || folder.n == strlen(end))
			continue;
		found = mem_strndup(folder.p, folder.n - strlen(end));
		if (strcmp(found, root) != 0 && !strvec_has(ret_roots, found))
			strvec_add(ret_roots, found);
	}
}
