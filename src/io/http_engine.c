/* SPDX-License-Identifier: MIT */
/* The thread that moves all bytes of a session. */
#include <config.h>

#include "io/http_engine.h"

#include <pthread.h>
#include <signal.h>
#include <stdbool.h>

#include "base/mem.h"
#include "os/sig.h"

/* Connections to one host: as many as browsers open; with HTTP/2 one is used. */
#define HOST_CONNECTIONS 6L
#define ALL_CONNECTIONS 24L
/* Longest sleep without news, in ms: libcurl's own timers are shorter when it needs
 * them. */
#define POLL_MS 1000

/* One handle on its way through the engine; lives on its caller's stack. */
struct job {
	CURL *curl;
	CURLcode code;
	bool done;
	pthread_cond_t finished;
	struct job *next;
};

struct http_engine {
	CURLM *multi;
	pthread_t thread;
	pthread_mutex_t lock; /* guards what follows, and each job's code and done */
	struct job *arrived;  /* handed over, not taken yet */
	bool ends;

	struct job *running; /* the thread's own */
};

static void
finish(struct http_engine *engine, struct job *job, CURLcode code)
{
	for (struct job **p = &engine->running; *p; p = &(*p)->next) {
		if (*p != job)
			continue;
		*p = job->next;
		break;
	}
	curl_multi_remove_handle(engine->multi, job->curl);
	pthread_mutex_lock(&engine->lock);
	job->code = code;
	job->done = true;
	pthread_cond_signal(&job->finished);
	pthread_mutex_unlock(&engine->lock);
}

static void
finish_all(struct http_engine *engine, CURLcode code)
{
	while (engine->running)
		finish(engine, engine->running, code);
}

/* Take what has arrived. False: the engine ends. */
static bool
take(struct http_engine *engine)
{
	struct job *arrived;
	bool ends;

	pthread_mutex_lock(&engine->lock);
	arrived = engine->arrived;
	engine->arrived = NULL;
	ends = engine->ends;
	pthread_mutex_unlock(&engine->lock);
	while (arrived) {
		struct job *job = arrived;

		arrived = job->next;
		job->next = engine->running;
		engine->running = job;
		if (curl_multi_add_handle(engine->multi, job->curl) != CURLM_OK)
			finish(engine, job, CURLE_FAILED_INIT);
	}
	return !ends;
}

static void
collect(struct http_engine *engine)
{
	CURLMsg *message;
	int left;

	while ((message = curl_multi_info_read(engine->multi, &left))) {
		CURLcode code = message->data.result;
		char *job = NULL;

		if (message->msg != CURLMSG_DONE)
			continue;
		curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &job);
		finish(engine, (struct job *)(void *)job, code);
	}
}

/* Until bytes, a new job, the end or a signal. A signal's descriptor stays readable:
 * it is not looked at when there is nobody left whom it could interrupt. */
static void
wait_for_news(struct http_engine *engine)
{
	struct curl_waitfd interrupt = { .fd = sig_fd(), .events = CURL_WAIT_POLLIN };
	unsigned count = engine->running && interrupt.fd >= 0 ? 1 : 0;

	curl_multi_poll(engine->multi, &interrupt, count, POLL_MS, NULL);
}

static void *
run(void *ctx)
{
	struct http_engine *engine = ctx;

	while (take(engine)) {
		int running = 0;

		if (sig_received())
			finish_all(engine, CURLE_ABORTED_BY_CALLBACK);
		if (curl_multi_perform(engine->multi, &running) != CURLM_OK)
			finish_all(engine, CURLE_OUT_OF_MEMORY);
		collect(engine);
		wait_for_news(engine);
	}
	return NULL;
}

/* Signals are for the threads that wait, which know what to do. SIGPIPE, which
 * CURLOPT_NOSIGNAL leaves to us, is blocked here and so reported as EPIPE; ignoring
 * it for the whole process would be inherited by the compilers that we start. */
static int
start_thread(struct http_engine *engine)
{
	sigset_t all, old;
	int failed;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &old);
	failed = pthread_create(&engine->thread, NULL, run, engine);
	pthread_sigmask(SIG_SETMASK, &old, NULL);
	return failed;
}

int
http_engine_open(struct http_engine **ret, struct err *err)
{
	struct http_engine *engine = mem_zalloc(sizeof(*engine));
	int failed;

	engine->multi = curl_multi_init();
	if (!engine->multi) {
		free(engine);
		return err_set(err, ERR_FAILED, "libcurl cannot start");
	}
	curl_multi_setopt(engine->multi, CURLMOPT_PIPELINING, (long)CURLPIPE_MULTIPLEX);
	curl_multi_setopt(engine->multi, CURLMOPT_MAX_HOST_CONNECTIONS, HOST_CONNECTIONS);
	curl_multi_setopt(engine->multi, CURLMOPT_MAX_TOTAL_CONNECTIONS, ALL_CONNECTIONS);
	pthread_mutex_init(&engine->lock, NULL);
	failed = start_thread(engine);
	if (failed) {
		pthread_mutex_destroy(&engine->lock);
		curl_multi_cleanup(engine->multi);
		free(engine);
		return err_set(err, ERR_FAILED, "no thread for downloads: %s",
			       err_errno_text(failed));
	}
	*ret = engine;
	return 0;
}

void
http_engine_close(struct http_engine *engine)
{
	if (!engine)
		return;
	pthread_mutex_lock(&engine->lock);
	engine->ends = true;
	pthread_mutex_unlock(&engine->lock);
	curl_multi_wakeup(engine->multi);
	pthread_join(engine->thread, NULL);
	curl_multi_cleanup(engine->multi);
	pthread_mutex_destroy(&engine->lock);
	free(engine);
}

CURLcode
http_engine_perform(struct http_engine *engine, CURL *curl)
{
	struct job job = { .curl = curl };

	curl_easy_setopt(curl, CURLOPT_PRIVATE, &job);
	pthread_cond_init(&job.finished, NULL);
	pthread_mutex_lock(&engine->lock);
	job.next = engine->arrived;
	engine->arrived = &job;
	curl_multi_wakeup(engine->multi);
	while (!job.done)
		pthread_cond_wait(&job.finished, &engine->lock);
	pthread_mutex_unlock(&engine->lock);
	pthread_cond_destroy(&job.finished);
	return job.code;
}
