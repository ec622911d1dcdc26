package main

import (
	"context"
	_ "embed"
	"net/http"
	"net/http/httputil"
	"net/url"
)

//go:embed page.html
var page []byte

// frontend shows the page, and passes /api/ on to the backend: browsers cannot reach the
// internal load balancer.
func frontend(ctx context.Context) error {
	text, err := variable("BACKEND_URL")
	if err != nil {
		return err
	}
	backend, err := url.Parse(text)
	if err != nil {
		return err
	}
	return listen(ctx, site(backend))
}

func site(backend *url.URL) http.Handler {
	mux := http.NewServeMux()
	mux.Handle("/api/", &httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) { r.SetURL(backend) }})
	mux.HandleFunc("GET /healthz", healthy)
	mux.HandleFunc("GET /{$}", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		_, _ = w.Write(page)
	})
	return mux
}
