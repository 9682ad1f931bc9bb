/* SPDX-License-Identifier: MIT */
/* One file that a Python can be made from: a line of the catalogue. */
#ifndef PYVERN_SUPPLY_ARTIFACT_H
#define PYVERN_SUPPLY_ARTIFACT_H

#include <stdint.h>

#include "os/platform.h"

enum artifact_kind {
	ARTIFACT_SOURCE,     /* to be configured and compiled */
	ARTIFACT_STANDALONE, /* to be unpacked and relocated */
	ARTIFACT_INSTALLER,  /* a program that installs (the conda family) */
};

/* All texts are owned by whoever made the artifact (the catalogue). Texts that
 * do not apply are "", never NULL. */
struct artifact {
	const char *implementation; /* "cpython" */
	const char *version;	    /* "3.13.5", "3.14.0rc2" */
	const char *variant;	    /* "", "freethreaded", … */
	enum artifact_kind kind;
	const char *os; /* these four: "" for sources */
	const char *arch;
	const char *libc;
	const char *cpu;   /* level of the CPU that is needed ("v3"), or "" */
	const char *build; /* date or number of an upstream's build, or "" */
	const char *url;
	const char *sha256; /* 64 lower-case hex digits, or "" when none is known */
	uint64_t size;	    /* bytes; 0: unknown */
};

/* A machine that builds are for, in the catalogue's words (os/platform says them of
 * this one). */
struct target {
	const char *os, *arch, *libc;
	const char *cpu; /* highest level of the CPU that may be used ("v3"), or "" */
};

/* This machine. */
static inline struct target
target_here(void)
{
	return (struct target){ platform_os(), platform_arch(), platform_libc(),
				platform_cpu_level() };
}

#endif
