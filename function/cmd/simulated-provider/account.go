package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"sync"
	"syscall"
	"time"

	"github.com/kasha-platform/kasha/function/internal/kinds"
	"github.com/kasha-platform/kasha/function/internal/simulator"
)

// createPending is the annotation that the runtime writes before it creates a resource, and
// not before it adopts one.
const createPending = "crossplane.io/external-create-pending"

// adopted is what AWS had under a name before the provider was asked for it.
const adopted = "adopted"

// refusing are the kinds of which AWS does not make a second one of a name, with the
// parameter that holds the name. A resource whose name is its external name is adopted
// instead, because the provider looks for it before it creates it. A queue is as well,
// because SQS returns the queue that there is.
var refusing = map[string]string{
	"cloudfront/CachePolicy":           "name",
	"cloudfront/ResponseHeadersPolicy": "name",
	"elbv2/LB":                         "name",
	"elbv2/LBTargetGroup":              "name",
	"rds/Instance":                     "identifier",
	"secretsmanager/Secret":            "name",
	"wafv2/IPSet":                      "name",
	"wafv2/WebACL":                     "name",
}

// parented are the kinds whose names are unique only in a resource that has a name of its
// own: a role, a cluster, a log group.
var parented = map[string]bool{"cloudwatchlogs/MetricFilter": true, "ecs/Service": true, "iam/RolePolicy": true}

// An account is an AWS account: the names that are taken in it. The providers of several
// control planes share one by its file, to which each of them appends.
type account struct {
	mu   sync.Mutex
	file *os.File
	read int64
	// taken are the UIDs of the objects that took a name, by the name.
	taken map[string]string
}

// A change is a line of the file. By is the UID of the object that it happened for.
type change struct {
	Time time.Time `json:"time"`
	What string    `json:"what"`
	Name string    `json:"name"`
	By   string    `json:"by"`
}

func openAccount(path string) (*account, error) {
	a := &account{taken: map[string]string{}}
	if path == "" {
		return a, nil
	}
	var err error
	if a.file, err = os.OpenFile(path, os.O_APPEND|os.O_CREATE|os.O_RDWR, 0o644); err != nil {
		return nil, fmt.Errorf("cannot open the account: %w", err)
	}
	return a, nil
}

func (a *account) close() {
	if a.file != nil {
		a.file.Close() // Every change has been written.
	}
}

// take takes the name of an object that AWS does not have yet, and says whether the name
// had been taken: adopted, or created.
func (a *account) take(o object) (what string, err error) {
	name, _ := nameOf(o)
	what = created
	err = a.change(func() *change {
		switch {
		case name == "":
			return nil
		case a.takenByAnother(name, o):
			what = adopted
		}
		return &change{What: what, Name: name}
	}, o)
	return what, err
}

// clashes says whether AWS refuses to create an object because its name is taken.
func (a *account) clashes(o object) (bool, error) {
	clash := false
	err := a.change(func() *change {
		name, refuses := nameOf(o)
		clash = refuses && a.takenByAnother(name, o)
		return nil
	}, o)
	return clash, err
}

// takenByAnother says whether a name is that of another object. An object that the cache
// shows as it was before may be looked at twice.
func (a *account) takenByAnother(name string, o object) bool {
	by := a.taken[name]
	return by != "" && by != string(o.GetUID())
}

// drop frees an object's name.
func (a *account) drop(o object) error {
	return a.change(func() *change {
		name, _ := nameOf(o)
		if a.taken[name] == "" {
			return nil
		}
		return &change{What: deleted, Name: name}
	}, o)
}

// change reads what others have written, and writes what f says. Nobody else writes
// meanwhile.
func (a *account) change(f func() *change, o object) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.file == nil {
		return nil
	}
	if err := syscall.Flock(int(a.file.Fd()), syscall.LOCK_EX); err != nil {
		return fmt.Errorf("cannot lock the account: %w", err)
	}
	defer syscall.Flock(int(a.file.Fd()), syscall.LOCK_UN) //nolint:errcheck // It ends with the process at the latest.
	if err := a.catchUp(); err != nil {
		return err
	}
	c := f()
	if c == nil {
		return nil
	}
	c.Time, c.By = time.Now(), string(o.GetUID())
	return json.NewEncoder(a.file).Encode(c)
}

// catchUp reads the lines that have been added since the last time.
func (a *account) catchUp() error {
	r := bufio.NewReader(io.NewSectionReader(a.file, a.read, 1<<40))
	for {
		line, err := r.ReadBytes('\n')
		if errors.Is(err, io.EOF) {
			return nil
		}
		var c change
		if err = errors.Join(err, json.Unmarshal(line, &c)); err != nil {
			return fmt.Errorf("cannot read the account: %w", err)
		}
		a.read += int64(len(line))
		a.taken[c.Name] = c.By
		if c.What == deleted {
			delete(a.taken, c.Name)
		}
	}
}

// nameOf is what an object is called in AWS, after its kind, if the claim has chosen the
// name, and whether AWS refuses to create a second one.
func nameOf(o object) (name string, refuses bool) {
	kind := kinds.Of(o.GetAPIVersion(), o.GetKind()).String()
	param, refuses := refusing[kind]
	if kind == "sqs/Queue" {
		param = "name"
	}
	name = o.GetAnnotations()[externalName]
	if param != "" {
		name = simulator.Text(parameters(o.Object), param)
	}
	if name == "" || parented[kind] {
		return "", false
	}
	return kind + " " + name, refuses
}
