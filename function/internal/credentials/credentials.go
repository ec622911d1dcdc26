// Package credentials decides which password the database has and which version
// of its secret applications read. Decide is pure: it sees an Input, and Observe
// fills that in from the claim and from what the cluster says.
//
// Passwords are counted in generations. A higher generation is another password.
// A generation begins in the spec of the database, the database takes it, Secrets
// Manager gets it, and then tasks that read it are started. One step is finished
// before the next begins, so that a password is never changed while nobody knows
// which one is valid.
package credentials

import (
	"slices"
	"strings"
	"time"
)

// A Mode is who makes and changes the master password.
type Mode string

// The modes.
const (
	// Generated passwords are made by the provider, one for each generation.
	Generated Mode = "Generated"
	// ByApplication means that AWS's rotation application changes the password. The
	// first one is generated.
	ByApplication Mode = "ByApplication"
	// ByRDS means that RDS makes, keeps and rotates the password in a secret of its
	// own.
	ByRDS Mode = "ByRDS"
)

// Input is everything that the decision depends on.
type Input struct {
	Mode Mode
	// Asked is the generation that the spec asks for.
	Asked int
	// ProxyAsked tells whether the spec asks for a proxy.
	ProxyAsked bool
	// Schedule is when a password is due to be changed.
	Schedule Schedule
	// Recorded is what the claim's status says.
	Recorded Record
	// Database is the primary as the cluster has it. Nil: there is none.
	Database *Database
	// Versions are the versions of the secret that Secrets Manager has.
	Versions []Version
	// VersionReady tells whether one of them works.
	VersionReady bool
	// RotationBegun tells whether AWS's application has been told to rotate.
	RotationBegun bool
	// ProxyExists tells whether there is a proxy.
	ProxyExists bool
	// Readers are the workloads that read the secret.
	Readers []Reader
	// Now is the latest time that the cluster speaks of. Zero: not known.
	Now time.Time
}

// A Database is what is known of the primary.
type Database struct {
	// Generation that its spec asks for. 0: none can be told.
	Generation int
	// Ready tells whether it works.
	Ready bool
	// TakesOld tells whether the password that the provider speaks of is one that
	// was written down for another generation.
	TakesOld bool
}

// A Version is one version of the secret.
type Version struct {
	Revision Revision
	// Digest of what the spec decides of its content.
	Digest string
}

// A Reader is a workload that reads the secret.
type Reader struct {
	// Exists tells whether its service is there.
	Exists bool
	// Settled tells whether the service runs what it was told to run, and Revision
	// is what its tasks were started with.
	Settled  bool
	Revision Revision
}

// A Record is what the claim's status keeps.
type Record struct {
	// Generation of the password, and when it was first seen.
	Generation int
	ChangedAt  time.Time
	// ByApplication tells whether AWS's application may have changed the password
	// since. Unset tells that nothing has been recorded of it.
	ByApplication, Unset bool
}

// A Decision is what the passwords shall be.
type Decision struct {
	Mode Mode
	// Generation that the database's password shall have.
	Generation int
	// Wanted is the revision that Secrets Manager shall have. Published is the one
	// that it has, for as long as what is wanted is not there yet.
	Wanted, Published Revision
	// Digest that the wanted version keeps, because nobody here knows its password
	// any more. Empty where its content decides.
	Digest string
	// Handed tells whether AWS's application has a version to begin with.
	Handed bool
	// Taken tells whether the database has taken the password of the wanted
	// generation.
	Taken bool
	// Proxy tells whether there shall be a proxy: the claim asks for one, or a
	// workload may still have its address.
	Proxy bool
	// Available tells whether tasks can read credentials.
	Available bool
	// Record is what the status shall say.
	Record Record
}

// Told is what tasks are told of the credentials that they start with, so that
// other credentials are another task definition. It is empty for those of a
// default claim. Rotations by AWS's application do not start new tasks: the
// function cannot see them.
func (d Decision) Told() string {
	r := d.Published
	r.Application = false
	return r.String()
}

// Decide decides on the passwords.
func Decide(in Input) Decision {
	d := Decision{Mode: in.Mode, Generation: generation(in)}
	d.Wanted = Revision{Generation: d.Generation, Proxy: in.ProxyAsked, Application: in.Mode == ByApplication}
	d.Published = published(in, d.Wanted)
	d.Digest = frozen(in, d.Wanted)
	d.Handed = slices.ContainsFunc(in.Versions, func(v Version) bool { return v.Revision.Application })
	d.Taken = in.Database != nil && (d.Generation == 1 || in.Database.Generation == d.Generation && !in.Database.TakesOld)
	d.Proxy = in.Mode != ByRDS && (in.ProxyAsked || in.ProxyExists && !left(in, d.Published))
	d.Available = in.VersionReady
	if in.Mode == ByRDS {
		d.Available = in.Database != nil && in.Database.Ready
	}
	d.Record = record(in, d.Generation)
	return d
}

// generation never goes down. It goes up only from a password that the database
// and Secrets Manager agree on, while the database can take another.
func generation(in Input) int {
	asked := max(1, in.Asked, in.Recorded.Generation)
	if in.Database == nil {
		if has(in, asked) {
			// A primary that is made again has another password.
			asked++
		}
		return asked
	}
	current := in.Database.Generation
	if current == 0 {
		return asked
	}
	settled := in.Recorded.Generation == current && has(in, current) && in.Database.Ready
	switch {
	case in.Recorded.Generation > current:
		// It has been decided, and is on its way to the cluster.
		return in.Recorded.Generation
	case !settled, in.Mode == ByApplication:
		// What AWS's application changes must not be changed from here too.
		return current
	case in.Recorded.ByApplication:
		// Only AWS knows the password that its application set last.
		return max(asked, current+1)
	case asked > current:
		return asked
	case in.Schedule.due(in.Recorded.ChangedAt, in.Now):
		return current + 1
	}
	return current
}

// has tells whether Secrets Manager has a password of a generation.
func has(in Input, generation int) bool {
	return slices.ContainsFunc(in.Versions, func(v Version) bool { return v.Revision.Generation == generation })
}

// published is the newest revision that is in Secrets Manager, unless what is
// wanted is there, or nothing.
func published(in Input, wanted Revision) Revision {
	if len(in.Versions) == 0 || slices.ContainsFunc(in.Versions, func(v Version) bool { return v.Revision == wanted }) {
		return wanted
	}
	return slices.MaxFunc(in.Versions, func(a, b Version) int {
		if d := a.Revision.Generation - b.Revision.Generation; d != 0 {
			return d
		}
		return strings.Compare(a.Revision.String(), b.Revision.String())
	}).Revision
}

// frozen is the digest of the version that AWS's application begins with, once
// that version is there: the application changes the password, so nothing can be
// written again, whatever else changes.
func frozen(in Input, wanted Revision) string {
	if !wanted.Application {
		return ""
	}
	digest, latest := "", ""
	for _, v := range in.Versions {
		if at := v.Revision.String() + "-" + v.Digest; v.Revision.Application && at > latest {
			latest, digest = at, ""
			if v.Revision == wanted {
				digest = v.Digest
			}
		}
	}
	return digest
}

// left tells whether every workload demonstrably runs without the proxy's
// address, and none will be told of it again.
func left(in Input, published Revision) bool {
	return !published.Proxy && !slices.ContainsFunc(in.Readers, func(r Reader) bool {
		return r.Exists && (!r.Settled || r.Revision.Proxy)
	})
}

// record is what the status shall say. It remembers that AWS's application may
// have changed the password until there is another.
func record(in Input, generation int) Record {
	r := Record{Generation: generation, ChangedAt: in.Recorded.ChangedAt}
	if generation != in.Recorded.Generation || r.ChangedAt.IsZero() {
		r.ChangedAt = in.Now
	}
	switch {
	case in.Mode == ByApplication && in.RotationBegun:
		r.ByApplication = true
	case in.Recorded.ByApplication && generation == in.Recorded.Generation:
		r.ByApplication = true
	case in.Recorded.Unset && in.Mode == ByApplication:
		r.Unset = true
	}
	return r
}
