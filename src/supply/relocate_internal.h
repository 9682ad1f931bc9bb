/* SPDX-License-Identifier: MIT */
/* What the parts of supply/relocate share. */
#ifndef PYVERN_SUPPLY_RELOCATE_INTERNAL_H
#define PYVERN_SUPPLY_RELOCATE_INTERNAL_H

#include "supply/relocate.h"
#include "supply/relocate_text.h"

/* 16 MiB: largest text that is looked into; Makefiles have 0.2 MB. */
#define RELOCATE_TEXT_MAX ((size_t)16 * 1024 * 1024)

/* One tree on its way. */
struct relocation {
	const struct relocate_spec *spec;
	struct relocate_report *report;
	struct text_move move;
	struct text_move make_move; /* the same, as make has to read it */
};

/* A file of the tree. */
struct relocate_file {
	const struct dir *dir; /* the folder that it is in */
	const char *name;
	const char *path; /* relative to the tree */
	const struct stat *st;
};

/* Write down that FILE still names the old place, and why. */
MEM_PRINTF(3, 4)
void relocate_leave(struct relocation *r, const struct relocate_file *file, const char *fmt, ...);

/* The way from FOLDER to TARGET, both absolute and clean ("../lib"; "." for the same).
 * Owned by the caller (free). */
char *relocate_relative(const char *folder, const char *target) __attribute__((warn_unused_result));

/* The new text of a file, appended to OUT; false: it stays. */
typedef bool relocate_text_fn(struct relocation *r, const struct relocate_file *file,
			      struct str text, struct buf *out);

/* By kind of file (relocate_files.c, relocate_script.c). */
relocate_text_fn relocate_python_data; /* _sysconfigdata*.py */
relocate_text_fn relocate_json_data;   /* _sysconfig_vars*.json */
relocate_text_fn relocate_json_paths;  /* build-details.json, direct_url.json */
relocate_text_fn relocate_makefile;
relocate_text_fn relocate_pkgconfig;
relocate_text_fn relocate_lines; /* .pth, .egg-link, orig-prefix.txt: a path a line */
relocate_text_fn relocate_script;

/* The value of KEY in a sysconfig data's or Makefile's TEXT, moved and made right for this
 * machine; appended to OUT. False: it stays. */
bool relocate_value(const struct relocation *r, const struct text_move *move, struct str key,
		    struct str value, struct buf *out);

/* VALUE of KEY with compilers that are here, and without folders that are nowhere,
 * appended to OUT. False: it stays. (relocate_machine.c) */
bool
relocate_for_machine(const struct relocation *r, struct str key, struct str value, struct buf *out);

/* The text of a shell's python-config, for a place that needs quotes. (relocate_config.c) */
bool relocate_config_script(struct relocation *r, const struct relocate_file *file, struct str text,
			    struct buf *out);

/* The ELF file FILE, open at FD; *RET_CHANGED. (relocate_elf.c) */
int relocate_elf(struct relocation *r, const struct relocate_file *file, int fd, bool *ret_changed,
		 struct err *err) __attribute__((warn_unused_result));

/* Remove the compiled files of FILE, a source that was changed. (relocate_compile.c) */
int relocate_drop_compiled(struct relocation *r, const struct relocate_file *file, struct err *err)
	__attribute__((warn_unused_result));

#endif
