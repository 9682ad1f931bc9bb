/* SPDX-License-Identifier: MIT */
/* pyvenv.cfg: what makes a folder a virtual environment. */
#ifndef PYVERN_VENV_CFG_H
#define PYVERN_VENV_CFG_H

/*
 * PEP 405: the interpreter looks for `home` and `include-system-site-packages`;
 * the other keys are those that `python -m venv` writes and that editors and
 * prompts read. Lines are "key = value"; keys have no case.
 */

#include <stdbool.h>

#include "base/buf.h"
#include "base/err.h"
#include "os/fs.h"

#define CFG_NAME "pyvenv.cfg"

struct cfg {
	char *home;		    /* folder of the base interpreter */
	char *version;		    /* "3.13.5" */
	const char *implementation; /* "CPython", for those who write; read by nobody here */
	const char *version_info;   /* "3.13.5.final.0", likewise */
	char *prompt;		    /* NULL: none was given */
	char *executable;	    /* the base interpreter, links resolved; NULL: unknown */
	char *command;		    /* what made the environment; NULL: unknown */
	char *id;		    /* ours, for the registry (core/registered); NULL: none */
	bool system_site_packages;
	bool relocatable; /* its scripts find it by where they are; uv knows the key, too */
};

/* Read ENV's pyvenv.cfg. ERR_FAILED when there is none (err->sys ENOENT) or it
 * has no `home`. Made by others too: `version_info` stands in for `version`. */
int cfg_read(const struct dir *env, struct cfg *ret_cfg, struct err *err)
	__attribute__((warn_unused_result));

/* The file's text, appended to OUT. No value has a control character. */
void cfg_write(const struct cfg *cfg, struct buf *out);

/* TEXT as the value of `prompt`, appended to OUT. */
void cfg_write_prompt(struct buf *out, const char *text);

void cfg_reset(struct cfg *cfg);
#define cleanup_cfg cleanup_with(cfg_reset)

#endif
