/* A mock LLM upstream for 127.0.0.1: one thread, epoll, no allocation per request.
 *
 *     upstream PORT
 *
 * POST anything          a chat completion of about 600 bytes with its usage
 *   body has "stream":true   SSE: 100 events of about 200 bytes, a usage event, [DONE], each in
 *                            its own send()
 *   body has "delayN"        N milliseconds between the events
 * GET /_served           {"calls":…,"streams":…,"prompt_tokens":…,"completion_tokens":…}: what was
 *                        sent in full since the start, so that a gateway's books can be checked
 * GET anything else      a model list
 *
 * The usage differs from answer to answer (three digits each), so that a gateway that books a
 * constant is found out. Requests may be framed by Content-Length or chunked; keep-alive.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <time.h>
#include <unistd.h>

enum { REQUEST_BYTES_MAX = 262144, CONTENT_EVENTS = 100, USAGE_EVENT = 100, EVENTS = 102 };

typedef struct connection {
    int fd, received, close_after, streaming;
    int event, offset; /* where the stream stands */
    int delay_ms, waits_for_room;
    int prompt_tokens, completion_tokens;
    int64_t due_us;
    struct connection *earlier, *later; /* in the queue of paced streams, by due time */
    char request[REQUEST_BYTES_MAX];
} connection;

/* A prepared text and the places of the three-digit numbers that are filled in for each answer. */
typedef struct {
    char bytes[4096];
    int length;
    char *prompt, *completion, *total;
} answer;

static answer completion, models, stream_head, events[EVENTS];
static connection *soonest, *latest;
static int poller;
static long calls, streams, prompt_tokens_served, completion_tokens_served, answers;

static const char *HEADERS =
    "Server: mock\r\nDate: Thu, 01 Jan 2026 00:00:00 GMT\r\n"
    "x-request-id: req_0123456789abcdef0123456789abcdef\r\n"
    "openai-organization: org-mock\r\nopenai-processing-ms: 12\r\nopenai-version: 2020-10-01\r\n"
    "x-ratelimit-limit-requests: 10000\r\nx-ratelimit-remaining-requests: 9999\r\n"
    "x-ratelimit-limit-tokens: 2000000\r\nx-ratelimit-remaining-tokens: 1999000\r\n";

static int64_t now_us(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1000000LL + t.tv_nsec / 1000;
}

/* ---- The answers, made once ------------------------------------------------------------- */

static char *number_after(answer *a, const char *name) {
    char *found = strstr(a->bytes, name);
    return found ? found + strlen(name) : NULL;
}

static void find_numbers(answer *a) {
    a->prompt = number_after(a, "\"prompt_tokens\":");
    a->completion = number_after(a, "\"completion_tokens\":");
    a->total = number_after(a, "\"total_tokens\":");
}

static void write_three_digits(char *at, int number) {
    at[0] = '0' + number / 100;
    at[1] = '0' + number / 10 % 10;
    at[2] = '0' + number % 10;
}

static void fill_usage(answer *a, const connection *c) {
    write_three_digits(a->prompt, c->prompt_tokens);
    write_three_digits(a->completion, c->completion_tokens);
    write_three_digits(a->total, c->prompt_tokens + c->completion_tokens);
}

static void make_json(answer *a, const char *headers, const char *body) {
    a->length = sprintf(a->bytes,
                        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n%sContent-Length: "
                        "%zu\r\n\r\n%s",
                        headers, strlen(body), body);
}

static void make_event(answer *a, int index) {
    static const char *chunk =
        "data: {\"id\":\"chatcmpl-0123456789abcdefghijklmnop\",\"object\":\"chat.completion.chunk\","
        "\"created\":1767225600,\"model\":\"mock-1\",\"choices\":[";
    char text[1024];
    int n;
    if (index < CONTENT_EVENTS)
        n = sprintf(text, "%s{\"index\":0,\"delta\":{\"content\":\" token%03d\"},\"finish_reason\":%s}]}\n\n",
                    chunk, index, index == CONTENT_EVENTS - 1 ? "\"stop\"" : "null");
    else if (index == USAGE_EVENT)
        n = sprintf(text,
                    "%s],\"usage\":{\"prompt_tokens\":000,\"completion_tokens\":000,"
                    "\"total_tokens\":000}}\n\n",
                    chunk);
    else
        n = sprintf(text, "data: [DONE]\n\n");
    a->length = sprintf(a->bytes, "%x\r\n%s\r\n%s", n, text, index == EVENTS - 1 ? "0\r\n\r\n" : "");
    find_numbers(a);
}

static void make_answers(void) {
    make_json(&completion, HEADERS,
              "{\"id\":\"chatcmpl-0123456789abcdefghijklmnop\",\"object\":\"chat.completion\","
              "\"created\":1767225600,\"model\":\"mock-1\",\"choices\":[{\"index\":0,\"message\":{"
              "\"role\":\"assistant\",\"content\":\"The quick brown fox jumps over the lazy dog. Pack "
              "my box with five dozen liquor jugs. How vexingly quick daft zebras jump.\","
              "\"refusal\":null},\"logprobs\":null,\"finish_reason\":\"stop\"}],\"usage\":{"
              "\"prompt_tokens\":000,\"completion_tokens\":000,\"total_tokens\":000,"
              "\"prompt_tokens_details\":{\"cached_tokens\":0},\"completion_tokens_details\":{"
              "\"reasoning_tokens\":0}},\"service_tier\":\"default\","
              "\"system_fingerprint\":\"fp_mock\"}");
    find_numbers(&completion);
    make_json(&models, "",
              "{\"object\":\"list\",\"data\":[{\"id\":\"mock\",\"object\":\"model\","
              "\"owned_by\":\"mock\"}]}");
    stream_head.length = sprintf(stream_head.bytes,
                                 "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream; "
                                 "charset=utf-8\r\n%sTransfer-Encoding: chunked\r\n\r\n",
                                 HEADERS);
    for (int i = 0; i < EVENTS; i++) make_event(&events[i], i);
}

static void choose_usage(connection *c) {
    answers++;
    c->prompt_tokens = 100 + answers * 7 % 400;
    c->completion_tokens = 100 + answers * 13 % 400;
}

static void book(const connection *c, long *kind) {
    (*kind)++;
    prompt_tokens_served += c->prompt_tokens;
    completion_tokens_served += c->completion_tokens;
}

/* ---- The queue of paced streams --------------------------------------------------------- */

static void enqueue(connection *c) {
    connection *before = latest; /* delays seldom differ, so this walks hardly ever */
    while (before && before->due_us > c->due_us) before = before->earlier;
    c->earlier = before;
    c->later = before ? before->later : soonest;
    *(c->later ? &c->later->earlier : &latest) = c;
    *(before ? &before->later : &soonest) = c;
}

static void dequeue(connection *c) {
    *(c->earlier ? &c->earlier->later : &soonest) = c->later;
    *(c->later ? &c->later->earlier : &latest) = c->earlier;
}

/* ---- Connections ------------------------------------------------------------------------ */

static void drop(connection *c) {
    if (c->streaming && c->delay_ms) dequeue(c);
    close(c->fd);
    free(c);
}

static void wait_for_room(connection *c, int wanted) {
    if (c->waits_for_room == wanted) return;
    c->waits_for_room = wanted;
    struct epoll_event e = {.events = EPOLLIN | (wanted ? EPOLLOUT : 0), .data.ptr = c};
    epoll_ctl(poller, EPOLL_CTL_MOD, c->fd, &e);
}

/* Send a short answer whole. False: the connection broke and is gone. */
static int send_whole(connection *c, const char *bytes, int n) {
    while (n) {
        int sent = send(c->fd, bytes, n, MSG_NOSIGNAL);
        if (sent < 0 && errno == EAGAIN) continue;
        if (sent < 0) {
            drop(c);
            return 0;
        }
        bytes += sent;
        n -= sent;
    }
    return 1;
}

typedef enum { GONE, WAITING, FINISHED } progress;

/* Send events: one if the stream is paced and still on time, else as many as there is room for. */
static progress send_events(connection *c, int one) {
    while (c->event < EVENTS) {
        answer *a = &events[c->event];
        if (a->total) fill_usage(a, c);
        int left = a->length - c->offset;
        int sent = send(c->fd, a->bytes + c->offset, left, MSG_NOSIGNAL);
        if (sent < 0 && errno != EAGAIN) {
            drop(c);
            return GONE;
        }
        if (sent < left) {
            c->offset += sent > 0 ? sent : 0;
            wait_for_room(c, 1);
            return WAITING;
        }
        if (c->event == USAGE_EVENT) book(c, &streams);
        c->offset = 0;
        c->event++;
        if (one && c->event < EVENTS) return WAITING;
    }
    wait_for_room(c, 0);
    c->streaming = 0;
    return FINISHED;
}

/* ---- Requests --------------------------------------------------------------------------- */

typedef struct { int get_served, get, stream, delay_ms, close_after; } request;

/* Take one request off the buffer. Returns 0 while it is incomplete. */
static int take_request(connection *c, request *r) {
    char *head_end = memmem(c->request, c->received, "\r\n\r\n", 4);
    if (!head_end) return 0;
    int head = head_end - c->request + 4, body;
    char saved = c->request[head - 1];
    c->request[head - 1] = 0;
    char *length = strcasestr(c->request, "\r\ncontent-length:");
    int chunked = strcasestr(c->request, "\r\ntransfer-encoding: chunked") != NULL;
    r->close_after = strcasestr(c->request, "\r\nconnection: close") != NULL;
    r->get = !strncmp(c->request, "GET ", 4);
    r->get_served = !strncmp(c->request, "GET /_served ", 13);
    c->request[head - 1] = saved;
    if (chunked) {
        char *last = memmem(c->request + head - 2, c->received - head + 2, "\r\n0\r\n\r\n", 7);
        if (!last) return 0;
        body = last + 7 - c->request - head;
    } else {
        body = length ? atoi(length + 17) : 0;
        if (c->received < head + body) return 0;
    }
    char *text = c->request + head, *delay = memmem(text, body, "delay", 5);
    r->stream = memmem(text, body, "\"stream\":true", 13) || memmem(text, body, "\"stream\": true", 14);
    r->delay_ms = delay ? atoi(delay + 5) : 0;
    c->received -= head + body;
    memmove(c->request, c->request + head + body, c->received);
    return 1;
}

static int answer_served(connection *c) {
    char body[256];
    answer served;
    sprintf(body, "{\"calls\":%ld,\"streams\":%ld,\"prompt_tokens\":%ld,\"completion_tokens\":%ld}",
            calls, streams, prompt_tokens_served, completion_tokens_served);
    make_json(&served, "", body);
    return send_whole(c, served.bytes, served.length);
}

static int answer_short(connection *c, const request *r) {
    if (r->get_served) return answer_served(c);
    if (r->get) return send_whole(c, models.bytes, models.length);
    choose_usage(c);
    fill_usage(&completion, c);
    if (!send_whole(c, completion.bytes, completion.length)) return 0;
    book(c, &calls);
    return 1;
}

static progress start_stream(connection *c, const request *r) {
    if (!send_whole(c, stream_head.bytes, stream_head.length)) return GONE;
    choose_usage(c);
    c->streaming = 1;
    c->event = c->offset = 0;
    c->delay_ms = r->delay_ms;
    if (!c->delay_ms) return send_events(c, 0);
    c->due_us = now_us() + c->delay_ms * 1000LL;
    enqueue(c);
    return WAITING;
}

/* Answer what the buffer holds, as far as it goes. The connection may be gone afterwards. */
static void serve(connection *c) {
    request r;
    while (!c->streaming && c->received && take_request(c, &r)) {
        c->close_after = r.close_after;
        if (r.stream && !r.get) {
            progress p = start_stream(c, &r);
            if (p == GONE) return;
            if (p == WAITING) continue;
        } else if (!answer_short(c, &r)) {
            return;
        }
        if (c->close_after) {
            drop(c);
            return;
        }
    }
}

static void stream_finished(connection *c) {
    if (c->close_after)
        drop(c);
    else
        serve(c);
}

/* ---- The loop --------------------------------------------------------------------------- */

static void accept_all(int listener) {
    int fd, one = 1;
    while ((fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK)) >= 0) {
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
        connection *c = malloc(sizeof *c);
        memset(c, 0, offsetof(connection, request));
        c->fd = fd;
        struct epoll_event e = {.events = EPOLLIN, .data.ptr = c};
        epoll_ctl(poller, EPOLL_CTL_ADD, fd, &e);
    }
}

static void on_event(connection *c, unsigned happened) {
    if (happened & (EPOLLHUP | EPOLLERR)) {
        drop(c);
        return;
    }
    if ((happened & EPOLLOUT) && c->streaming) {
        if (c->delay_ms) {
            wait_for_room(c, 0); /* its next turn in the queue sends the rest */
        } else {
            progress p = send_events(c, 0);
            if (p == GONE) return;
            if (p == FINISHED) {
                stream_finished(c);
                return;
            }
        }
    }
    if (!(happened & EPOLLIN)) return;
    int room = REQUEST_BYTES_MAX - 1 - c->received;
    int got = room > 0 ? recv(c->fd, c->request + c->received, room, 0) : 0;
    if (got < 0 && errno == EAGAIN) return;
    if (got <= 0) {
        drop(c);
        return;
    }
    c->received += got;
    serve(c);
}

static void send_due(void) {
    int64_t now = now_us();
    while (soonest && soonest->due_us <= now) {
        connection *c = soonest;
        int delay_ms = c->delay_ms;
        dequeue(c);
        c->delay_ms = 0; /* out of the queue, should the send fail */
        progress p = send_events(c, 1);
        if (p == FINISHED) stream_finished(c);
        if (p != WAITING) continue;
        c->delay_ms = delay_ms;
        c->due_us = now + delay_ms * 1000LL;
        enqueue(c);
    }
}

static int listen_on(int port) {
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0), one = 1;
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
    struct sockaddr_in at = {
        .sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    if (bind(fd, (void *)&at, sizeof at) || listen(fd, 4096)) {
        perror("upstream: bind");
        exit(1);
    }
    return fd;
}

int main(int argc, char **argv) {
    if (argc != 2) {
        fprintf(stderr, "usage: upstream PORT\n");
        return 2;
    }
    signal(SIGPIPE, SIG_IGN);
    make_answers();
    int listener = listen_on(atoi(argv[1]));
    poller = epoll_create1(0);
    struct epoll_event e = {.events = EPOLLIN, .data.ptr = NULL}, happened[256];
    epoll_ctl(poller, EPOLL_CTL_ADD, listener, &e);
    for (;;) {
        struct timespec pause, *limit = NULL;
        if (soonest) {
            int64_t wait = soonest->due_us - now_us();
            if (wait < 0) wait = 0;
            pause.tv_sec = wait / 1000000;
            pause.tv_nsec = wait % 1000000 * 1000;
            limit = &pause;
        }
        int n = epoll_pwait2(poller, happened, 256, limit, NULL);
        for (int i = 0; i < n; i++) {
            if (happened[i].data.ptr)
                on_event(happened[i].data.ptr, happened[i].events);
            else
                accept_all(listener);
        }
        send_due();
    }
}
