package main

import (
	"context"
	"errors"
)

// Simulate drives a claim to rest.
func simulate(_ context.Context, _ caller, _ map[string]any) (*world, error) {
	return nil, errors.New("there is no simulator yet; render at first")
}
