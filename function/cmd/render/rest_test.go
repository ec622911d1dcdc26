package main

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kasha-platform/kasha/function/internal/simulator"
)

func TestConnectionSecrets(t *testing.T) {
	w := &simulator.World{
		Observed: map[string]map[string]any{
			"user": {"spec": map[string]any{"writeConnectionSecretToRef": map[string]any{"name": "shop-user"}}},
			"vpc":  {},
		},
		Connection: map[string]map[string][]byte{
			"user": {"password": []byte("x")},
			// It has details, but names no Secret, so they are not published.
			"vpc": {"id": []byte("y")},
		},
	}
	want := []map[string]any{{
		"apiVersion": "v1",
		"kind":       "Secret",
		"metadata":   map[string]any{"name": "shop-user", "namespace": "team-shop"},
		"type":       "connection.crossplane.io/v1alpha1",
		"data":       map[string]any{"password": "eA=="},
	}}
	if diff := cmp.Diff(want, connectionSecrets("team-shop", w)); diff != "" {
		t.Errorf("connectionSecrets(...): -want, +got:\n%s", diff)
	}
}
