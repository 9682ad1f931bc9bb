/* SPDX-License-Identifier: MIT */
/* The commands of the install plugin: descriptors and what runs them. */
#ifndef PYVERN_INSTALL_COMMANDS_H
#define PYVERN_INSTALL_COMMANDS_H

#include "cmd/command.h"

extern const struct command command_bundle;	    /* src/cmd/bundle_options.c */
extern const struct command command_cache;	    /* src/cmd/cache_options.c */
extern const struct command command_download;	    /* src/cmd/download_options.c */
extern const struct command command_install;	    /* src/cmd/install_options.c */
extern const struct command command_list;	    /* src/cmd/list_options.c */
extern const struct command command_python_build;   /* src/cmd/python_build_options.c */
extern const struct command command_probe;	    /* src/cmd/probe_options.c */
extern const struct command command_outdated;	    /* src/cmd/outdated_options.c */
extern const struct command command_repair_version; /* src/cmd/repair_version_options.c */
extern const struct command command_upgrade;	    /* src/cmd/upgrade_options.c */
extern const struct command command_sbom;	    /* src/cmd/sbom_options.c */
extern const struct command command_verify;	    /* src/cmd/verify_options.c */
extern const struct command command_refresh;	    /* src/cmd/refresh_options.c */
extern const struct command command_relocate;	    /* src/cmd/relocate_options.c */
extern const struct command command_seed;	    /* src/cmd/seed_options.c */
extern const struct command command_verify_blob;    /* src/cmd/verify_blob_options.c */

int bundle_run(struct context *ctx, int *ret_status, struct err *err);
int download_run(struct context *ctx, int *ret_status, struct err *err);
int cache_run(struct context *ctx, int *ret_status, struct err *err);
int install_run(struct context *ctx, int *ret_status, struct err *err);
int list_run(struct context *ctx, int *ret_status, struct err *err);
int python_build_run(struct context *ctx, int *ret_status, struct err *err);
int refresh_run(struct context *ctx, int *ret_status, struct err *err);
int probe_run(struct context *ctx, int *ret_status, struct err *err);
int outdated_run(struct context *ctx, int *ret_status, struct err *err);
int repair_version_run(struct context *ctx, int *ret_status, struct err *err);
int upgrade_run(struct context *ctx, int *ret_status, struct err *err);
int sbom_run(struct context *ctx, int *ret_status, struct err *err);
int verify_run(struct context *ctx, int *ret_status, struct err *err);
int relocate_run(struct context *ctx, int *ret_status, struct err *err);
int seed_run(struct context *ctx, int *ret_status, struct err *err);
int verify_blob_run(struct context *ctx, int *ret_status, struct err *err);

#endif
