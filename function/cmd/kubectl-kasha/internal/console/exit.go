package console

import "errors"

// Exit codes. docs/cli.md documents them.
const (
	// OK: it is done, or it is as it should be.
	OK = 0
	// No: the command has looked, and the answer is no. A claim is refused, a claim is not ready, the doctor finds
	// something, versions differ.
	No = 1
	// Usage: the command line or a file that it names is wrong.
	Usage = 2
	// NotFound: there is no such claim, workload or queue.
	NotFound = 3
	// Cluster: the cluster cannot be reached, or refuses.
	Cluster = 4
	// AWS: AWS cannot be reached, or refuses.
	AWS = 5
	// Failed: kubectl kasha run could not run the command. Any other code of run is that of the command.
	Failed = 125
)

// A Status is an error with the code with which the process ends.
type Status struct {
	Code int
	Err  error
}

func (s *Status) Error() string {
	if s.Err == nil {
		return ""
	}
	return s.Err.Error()
}

func (s *Status) Unwrap() error { return s.Err }

// Exit is an error that ends the process with a code. Without an error nothing is printed.
func Exit(code int, err error) error { return &Status{code, err} }

// Code is the code with which the process ends after an error. An error without a code is of the command line.
func Code(err error) int {
	var s *Status
	switch {
	case err == nil:
		return OK
	case errors.As(err, &s):
		return s.Code
	}
	return Usage
}
