// Package credentials decides which password the database has and which version of its
// secret applications read. Decide is pure: it depends only on its Input, which Observe
// reads from the claim and the observed resources.
//
// Passwords are numbered in generations; a higher generation is a new password. A new
// generation goes through four steps: it is written into the database's spec, the database
// accepts it, it is written to Secrets Manager, and new tasks start that read it. Each step
// ends before the next begins, so that the valid password is always known.
package credentials

import (
	"slices"
	"time"
)

// A Mode says who creates and changes the master password.
type Mode string

// The modes.
const (
	// Generated means that the provider generates one password for each generation.
	Generated Mode = "Generated"
	// ByApplication means that AWS's rotation application changes the password. The
	// provider generates the first one.
	ByApplication Mode = "ByApplication"
	// ByRDS means that RDS creates, keeps and rotates the password in its own secret.
	ByRDS Mode = "ByRDS"
)

// Input is everything that the decision depends on.
type Input struct {
	Mode Mode
	// Cluster tells whether the database is a cluster of Aurora.
	Cluster bool
	// Asked is the generation that the spec asks for.
	Asked int
	// ProxyAsked tells whether the spec asks for a proxy.
	ProxyAsked bool
	// Schedule says when the password must be changed.
	Schedule Schedule
	// Recorded is the record in the claim's status.
	Recorded Record
	// Database is the observed primary or cluster. It is nil where there is none.
	Database *Database
	// Versions are the versions of the secret that Secrets Manager has.
	Versions []Version
	// VersionReady tells whether one of them is ready.
	VersionReady bool
	// RotationBegun tells whether the rotation by AWS's application has been set up.
	RotationBegun bool
	// ProxyExists tells whether there is a proxy.
	ProxyExists bool
	// Readers are the workloads that read the secret.
	Readers []Reader
	// Users is about the users that the claim asks for.
	Users UsersInput
	// Source is the observed database that the cluster was copied from, while it exists. A cluster
	// without a password of its own has that one's.
	Source *Database
	// Fixed tells whether no new password may begin: a copy would not get it.
	Fixed bool
	// Held tells whether tasks cannot be replaced at the moment. They would keep the old
	// password.
	Held bool
	// Now is the latest time in the observed resources. It is zero where no time is known.
	Now time.Time
}

// A Database is the observed primary or cluster.
type Database struct {
	// Generation of the password in its spec, from 1. It is 0 where the password comes from
	// elsewhere.
	Generation int
	// Ready tells whether it works.
	Ready bool
	// TakesOld tells whether the password in the provider's connection details is that of
	// another generation, which is in one of the connection Secrets.
	TakesOld bool
}

// A Version is one version of the secret.
type Version struct {
	Revision Revision
	// Digest of the content that the spec determines.
	Digest string
}

// A Reader is a workload that reads the secret.
type Reader struct {
	// Exists tells whether its service exists.
	Exists bool
	// Settled tells whether the service runs the task definition in its spec, and Revision is
	// the revision that its tasks were started with.
	Settled  bool
	Revision Revision
}

// A Record is what the claim's status stores about the password.
type Record struct {
	// Generation of the password, and when it was first seen.
	Generation int
	ChangedAt  time.Time
	// ByApplication tells whether AWS's application may have changed the password since
	// then. Unset tells whether the status does not say who changes it.
	ByApplication, Unset bool
}

// A Decision is the desired state of the password and its secret.
type Decision struct {
	Mode Mode
	// Generation of the database's password, from 1.
	Generation int
	// Wanted is the desired revision in Secrets Manager. Published is the revision that tasks
	// can read now; it is Wanted as soon as that revision exists.
	Wanted, Published Revision
	// Digest that the wanted version keeps, because its password is no longer known here. It
	// is empty where the version's content determines the digest.
	Digest string
	// Handed tells whether AWS's application has a first version to rotate from.
	Handed bool
	// Taken tells whether the database has accepted the password of the wanted generation.
	Taken bool
	// FromSource tells whether the password is that of what the cluster was copied from.
	FromSource bool
	// Proxy tells whether a proxy is needed: the claim asks for one, or a workload may still
	// use its address.
	Proxy bool
	// Settled tells whether Secrets Manager has the master user's password that the database
	// has, so that somebody can log in with it.
	Settled bool
	// Available tells whether tasks can read credentials.
	Available bool
	// Record is the new record in the claim's status.
	Record Record
	// Users is about the users that the claim asks for. Its Given is what the workloads get.
	Users UsersDecision
}

// Told is the revision in the tasks' environment, so that new credentials lead to a new
// task definition. It is empty for a default claim's credentials. Rotations by AWS's
// application do not start new tasks, because the function cannot see them.
func (d Decision) Told() string {
	r := d.Users.Given
	r.Application = false
	return r.String()
}

// Decide decides which password and which version of the secret a claim needs.
func Decide(in Input) Decision {
	d := Decision{Mode: in.Mode, Generation: generation(in)}
	d.Wanted = Revision{
		Generation: d.Generation, Cluster: in.Cluster, Proxy: in.ProxyAsked, Application: in.Mode == ByApplication,
	}
	d.Published = published(in, d.Wanted)
	d.Digest = frozen(in, d.Wanted)
	d.Handed = slices.ContainsFunc(in.Versions, func(v Version) bool { return v.Revision.Application })
	d.FromSource = in.inherits() && d.Generation == in.inherited()
	taker := in.Database
	if d.FromSource {
		taker = in.Source
	}
	d.Taken = taker != nil && (d.Generation == 1 || taker.Generation == d.Generation && !taker.TakesOld)
	d.Users = decideUsers(in, d.Published)
	d.Proxy = in.Mode != ByRDS && (in.ProxyAsked || in.ProxyExists && !left(in, d.Users.Given))
	d.Available = available(in, d.Users)
	d.Settled = d.Taken && d.Published == d.Wanted && in.VersionReady
	if in.Mode == ByRDS {
		d.Settled = in.Database != nil && in.Database.Ready
	}
	d.Record = record(in, d.Generation)
	return d
}

// available tells whether tasks can read the credentials that they get.
func available(in Input, u UsersDecision) bool {
	switch {
	case u.Given.Users && !u.Living:
		return slices.ContainsFunc(in.Users.Calls, succeeded)
	case u.Given.Users:
		return true
	case in.Mode == ByRDS:
		return in.Database != nil && in.Database.Ready
	}
	return in.VersionReady
}

// generation returns the generation of the password. It never decreases. It increases only
// when the database and Secrets Manager have the same password and the database is ready for
// another.
func generation(in Input) int {
	asked := max(1, in.Asked, in.Recorded.Generation)
	if in.Database == nil {
		if has(in, asked) {
			// A recreated primary needs a new password.
			asked++
		}
		return asked
	}
	current := in.Database.Generation
	switch {
	case in.inherits():
		return in.handover(asked)
	case current == 0:
		return asked
	}
	settled := in.Recorded.Generation == current && has(in, current) && in.Database.Ready && !in.Users.busy()
	switch {
	case pending(in, current):
		return in.Recorded.Generation
	case !settled, in.Fixed, in.Mode == ByApplication:
		// Kasha must not change a password that AWS's application changes.
		return current
	case in.Recorded.ByApplication:
		// Only AWS knows the last password that its application set.
		return max(asked, current+1)
	case asked > current:
		return asked
	case !in.Held && in.Schedule.due(in.Recorded.ChangedAt, in.Now):
		return current + 1
	}
	return current
}

// pending tells whether the status has a decision of an earlier pass that is not in the
// cluster yet. The status of a claim can be forged, so it can only have a decision that was
// possible: the current password is in Secrets Manager, and AWS's application does not change
// it.
func pending(in Input, current int) bool {
	byApplication := in.Mode == ByApplication && in.RotationBegun
	return in.Recorded.Generation > current && has(in, current) && !byApplication
}

// has tells whether Secrets Manager has a version of a generation of the database.
func has(in Input, generation int) bool {
	return slices.ContainsFunc(in.Versions, func(v Version) bool {
		return v.Revision.Generation == generation && v.Revision.Cluster == in.Cluster
	})
}

// published returns the newest revision in Secrets Manager. It returns the wanted revision
// if that exists or if there is none at all.
func published(in Input, wanted Revision) Revision {
	isWanted := func(v Version) bool { return v.Revision == wanted }
	if len(in.Versions) == 0 || slices.ContainsFunc(in.Versions, isWanted) {
		return wanted
	}
	return slices.MaxFunc(in.Versions, func(a, b Version) int { return a.Revision.compare(b.Revision) }).Revision
}

// frozen returns the digest of the first version for AWS's application, once that version
// exists. The application changes the password afterwards, so the version must not be
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

// left tells whether all workloads are known to run without the proxy's address, and new
// tasks do not get it either.
func left(in Input, published Revision) bool {
	return !published.Proxy && !slices.ContainsFunc(in.Readers, func(r Reader) bool {
		return r.Exists && (!r.Settled || r.Revision.Proxy)
	})
}

// record returns the new record in the status. It remembers that AWS's application may have
// changed the password, until there is a new generation.
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

// inherits tells whether the database is a cluster that still has the password of what it was
// copied from.
func (in Input) inherits() bool {
	return in.Cluster && in.Mode == Generated && in.Database != nil && in.Database.Generation == 0
}

// inherited is the generation of that password.
func (in Input) inherited() int {
	if in.Source != nil && in.Source.Generation > 0 {
		return in.Source.Generation
	}
	return max(1, in.Recorded.Generation)
}

// handover returns the generation of a cluster's password that is still its source's. It gets one
// of its own when all tasks have left the source: the Secret of the old one goes with the source.
func (in Input) handover(asked int) int {
	g := in.inherited()
	switch {
	case !has(in, g), in.Fixed:
		return g
	case in.Recorded.Generation > g:
		return in.Recorded.Generation
	case !in.Database.Ready, in.Held, in.Users.busy(), slices.ContainsFunc(in.Readers, func(r Reader) bool {
		return r.Exists && (!r.Settled || !r.Revision.Cluster)
	}):
		return g
	}
	return max(asked, g+1)
}
