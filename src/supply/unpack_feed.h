/* SPDX-License-Identifier: MIT */
/* The bytes of an archive on their way into the unpacker; private to supply/unpack. */
#ifndef PYVERN_SUPPLY_UNPACK_FEED_H
#define PYVERN_SUPPLY_UNPACK_FEED_H

/*
 * A thread reads the file as far as it is there, hashes and writes it into the
 * pipe. It owns the pipe's end, and closes it when all is fed, or when there is
 * nothing more to be said.
 */

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "trust/digest.h"

struct feed {
	pthread_t thread;
	bool running; /* the thread is to be joined */
	int pipe;     /* the write end; the thread's */

	pthread_mutex_t lock; /* for what follows */
	pthread_cond_t changed;
	int fd;		  /* a dup of the file's; -1: none yet */
	uint64_t there;	  /* bytes of the file that may be read */
	bool shut_in;	  /* the program may see unverified bytes */
	bool is_whole;	  /* THERE is all, and verified */
	bool stopped;	  /* give up: other bytes are coming, or nobody wants them */
	bool fed_early;	  /* bytes went before is_whole */
	uint64_t fed;	  /* bytes that went */
	struct err error; /* of reading; a pipe that nobody reads is no error here */

	char hex[DIGEST_HEX_SIZE]; /* of the bytes that went; after feed_join() */
};

/* Begin to feed PIPE (taken). ERR_FAILED. */
int feed_begin(struct feed *feed, int pipe, struct err *err) __attribute__((warn_unused_result));

/* SIZE bytes of FD are there. */
void feed_grew(struct feed *feed, int fd, uint64_t size);
/* The program is shut in. */
void feed_allow(struct feed *feed);
/* FD is the whole, verified file. */
void feed_whole(struct feed *feed, int fd, uint64_t size);
void feed_stop(struct feed *feed);
/* A field that the lock guards. */
bool feed_is(struct feed *feed, const bool *field);

/* Wait for the thread. ERR_FAILED when the file could not be read. */
int feed_join(struct feed *feed, struct err *err) __attribute__((warn_unused_result));

/* Stop, wait and release; also one that never began (zeroed but for fd, pipe: -1). */
void feed_reset(struct feed *feed);

#endif
