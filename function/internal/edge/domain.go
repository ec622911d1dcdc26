package edge

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"k8s.io/utils/ptr"

	acm "github.com/upbound/provider-aws/v2/apis/namespaced/acm/v1beta1"
	route53 "github.com/upbound/provider-aws/v2/apis/namespaced/route53/v1beta1"

	"github.com/kasha-platform/kasha/function/internal/keys"
	"github.com/kasha-platform/kasha/function/internal/plan"
	"github.com/kasha-platform/kasha/function/internal/stack"
)

// domain adds the claim's domain: its hosted zone, certificates and records.
// Certificates and origin records of a previous domain stay until CloudFront no longer
// uses them.
func domain(s *stack.Stack, p *plan.Plan) {
	zone(s, p)
	if p.Entrance.HTTPS {
		certificates(s, p)
		records(s, p)
		inside(s, p)
	}
	if !p.Entrance.Arrived {
		s.KeepAllObserved(keys.CertificatePrefix, acm.Certificate_GroupVersionKind,
			"Kept until CloudFront uses the new certificate.")
		s.KeepAllObserved(keys.OriginRecords, route53.Record_GroupVersionKind,
			"Kept until CloudFront uses the new entrance.")
	}
}

// zone adds a hosted zone where the claim names none. AWS cannot rename a zone. While
// the claim is protected, AWS keeps the zone even if its object or its namespace is
// deleted, because a new zone would have other name servers.
func zone(s *stack.Stack, p *plan.Plan) {
	d := s.Claim.Spec.Edge.Domain
	if d == nil || d.HostedZoneID != "" {
		keepZone(s, p)
		s.DeleteRetained(keys.ZonePrefix, route53.Zone_GroupVersionKind,
			"The claim no longer asks for this zone; the next pass deletes it.")
		return
	}
	key := p.Entrance.Zone()
	s.Add(key, "Hosts the DNS records of the domain.",
		&route53.Zone{Spec: route53.ZoneSpec{ForProvider: route53.ZoneParameters{
			Name:    ptr.To(d.Name),
			Comment: ptr.To(s.ID),
			// AWS refuses to delete a zone that holds records which the claim did not
			// add.
			ForceDestroy: ptr.To(false),
			Tags:         s.Tags(key),
		}}}, stack.RetainWhile(p.Protected))
}

// keepZone refuses to delete a zone as a side effect. A new zone has other name
// servers, so the domain would not resolve until it is delegated again.
func keepZone(s *stack.Stack, p *plan.Plan) {
	s.ObservedKeys(keys.ZonePrefix, func(k stack.Key, o stack.Observed) {
		_, deleting := stack.Text(o, "metadata", "deletionTimestamp")
		if deleting || !p.Protected {
			return
		}
		name, _ := stack.Text(o, "spec", "forProvider", "name")
		s.Refuse("spec.edge.domain",
			"cannot remove the domain: its hosted zone %s would be deleted, and %s would not resolve until it is "+
				"delegated to another zone; set deletionProtection to false first", s.ObjectName(k), name)
	})
}

// zoneID is the ID of the hosted zone that holds the records.
func zoneID(s *stack.Stack, p *plan.Plan) string {
	if id := s.Claim.Spec.Edge.Domain.HostedZoneID; id != "" {
		return id
	}
	return stack.Await(p.Entrance.Zone(), "zoneId")
}

// certificates adds a certificate for CloudFront, which accepts only those of
// us-east-1, and one for the load balancer, which accepts only those of its own region.
// In us-east-1 one certificate serves both.
func certificates(s *stack.Stack, p *plan.Plan) {
	for _, name := range p.Entrance.CertificateNames() {
		validationRecord(s, p, name, p.Entrance.Certificate(keys.AtEdge))
	}
	edge := p.Entrance.Certificate(keys.AtEdge)
	certificate(s, p, keys.AtEdge, plan.GlobalRegion, edge)
	if s.Region != plan.GlobalRegion {
		certificate(s, p, keys.AtOrigin, s.Region, edge)
	}
}

// inside adds what the internal load balancer needs to speak TLS: a name in the domain, which
// points to private addresses, and a certificate of it.
func inside(s *stack.Stack, p *plan.Plan) {
	if !p.TLSInside() {
		return
	}
	name, key := p.Entrance.InternalName(), p.Entrance.InternalCertificate()
	validationRecord(s, p, name, key)
	addCertificate(s, p, issued{
		certificate: key, validation: p.Entrance.InternalValidation(), proofs: key,
		where: keys.Inside + " load balancer", region: s.Region, names: []string{name},
	})
	balancerRecord(s, p, name, p.Internal, "Points the claim's workloads to the internal load balancer.")
}

func certificate(s *stack.Stack, p *plan.Plan, where, region string, proofs stack.Key) {
	addCertificate(s, p, issued{
		certificate: p.Entrance.Certificate(where), validation: p.Entrance.Validation(where), proofs: proofs,
		where: where, region: region, names: p.Entrance.CertificateNames(),
	})
}

// issued is a certificate.
type issued struct {
	certificate, validation stack.Key
	// proofs is the certificate whose list of records proves the names.
	proofs        stack.Key
	where, region string
	names         []string
}

func addCertificate(s *stack.Stack, p *plan.Plan, c issued) {
	key, names, where, region := c.certificate, c.names, c.where, c.region
	s.Add(key, "The TLS certificate at the "+where+".",
		&acm.Certificate{Spec: acm.CertificateSpec{ForProvider: acm.CertificateParameters{
			Region:                  &region,
			DomainName:              ptr.To(names[0]),
			SubjectAlternativeNames: list(names[1:]...),
			ValidationMethod:        ptr.To("DNS"),
			KeyAlgorithm:            ptr.To("RSA_2048"),
			Tags:                    s.Tags(key),
		}}})
	proofs := make([]string, 0, len(names))
	for _, n := range names {
		proofs = append(proofs, proof(s, c.proofs, n, "resourceRecordName"))
	}
	s.Add(c.validation, "Is ready once the certificate at the "+where+" is issued.",
		&acm.CertificateValidation{Spec: acm.CertificateValidationSpec{
			ForProvider: acm.CertificateValidationParameters{
				Region:                &region,
				CertificateArnRef:     s.Ref(key),
				ValidationRecordFqdns: list(proofs...),
			},
		}})
}

// validationRecord proves to ACM that the claim controls the name. For one name in one
// account the record is the same in every region, so one record serves both
// certificates and later ones.
// https://docs.aws.amazon.com/acm/latest/userguide/dns-validation.html
func validationRecord(s *stack.Stack, p *plan.Plan, name string, of stack.Key) {
	s.Add(p.Entrance.Record("validation", name), "Proves to ACM that the claim controls "+name+".",
		&route53.Record{Spec: route53.RecordSpec{ForProvider: route53.RecordParameters{
			ZoneID:  ptr.To(zoneID(s, p)),
			Name:    ptr.To(proof(s, of, name, "resourceRecordName")),
			Type:    ptr.To("CNAME"),
			TTL:     ptr.To(300.0),
			Records: list(proof(s, of, name, "resourceRecordValue")),
			// The same record may exist from an earlier proof of the name.
			AllowOverwrite: ptr.To(true),
		}}})
}

// proof is a field of the DNS record that ACM asks for to prove a name. AWS lists these
// records in no particular order, so proof searches for the name. Until AWS lists the
// name, resources that need the field wait for the list.
func proof(s *stack.Stack, key stack.Key, name, field string) string {
	const options = "domainValidationOptions"
	o, ok := s.Observed(key)
	for i := 0; ok; i++ {
		at := strconv.Itoa(i)
		of, told := stack.Text(o, "status", "atProvider", options, at, "domainName")
		if !told {
			break
		}
		if of == name {
			return stack.Await(key, fmt.Sprintf("%s.%s.%s", options, at, field))
		}
	}
	return stack.Await(key, options)
}

// records points viewers to CloudFront, and CloudFront to the load balancer.
func records(s *stack.Stack, p *plan.Plan) {
	for _, name := range p.Entrance.Served() {
		for _, kind := range []string{"A", "AAAA"} {
			viewerRecord(s, p, name, kind)
		}
	}
	if !p.Entrance.VPCOrigin {
		originRecord(s, p)
	}
}

// viewerRecord comes last, because CloudFront refuses requests for a name that it does
// not know. It overwrites an existing record only where the claim says so, because
// another site may still be served under the name.
func viewerRecord(s *stack.Stack, p *plan.Plan, name, kind string) {
	s.Add(p.Entrance.Record(strings.ToLower(kind), name), "Points "+name+" to CloudFront.",
		&route53.Record{Spec: route53.RecordSpec{ForProvider: route53.RecordParameters{
			ZoneID: ptr.To(zoneID(s, p)),
			Name:   ptr.To(name),
			Type:   ptr.To(kind),
			Alias: &route53.AliasParameters{
				Name:                 ptr.To(stack.Await(keys.Distribution, "domainName")),
				ZoneID:               ptr.To(stack.Await(keys.Distribution, "hostedZoneId")),
				EvaluateTargetHealth: ptr.To(false),
			},
			AllowOverwrite: overwrite(s),
		}}}, stack.When(serves(s, name), s.ObjectName(keys.Distribution)+" to serve "+name))
}

// overwrite is not set where it is not asked for, so that records of living claims stay
// as they are.
func overwrite(s *stack.Stack) *bool {
	if !s.Claim.Spec.Edge.Domain.ReplaceRecords {
		return nil
	}
	return ptr.To(true)
}

// originRecord points to addresses that only CloudFront can reach.
func originRecord(s *stack.Stack, p *plan.Plan) {
	balancerRecord(s, p, p.Entrance.OriginName, p.Public, "Points CloudFront to the load balancer.")
}

// balancerRecord points a name to a load balancer.
func balancerRecord(s *stack.Stack, p *plan.Plan, name string, of plan.Balancer, purpose string) {
	s.Add(p.Entrance.Record("origin", name), purpose,
		&route53.Record{Spec: route53.RecordSpec{ForProvider: route53.RecordParameters{
			ZoneID: ptr.To(zoneID(s, p)),
			Name:   ptr.To(name),
			Type:   ptr.To("A"),
			Alias: &route53.AliasParameters{
				Name:                 ptr.To(stack.Await(of.Key(), "dnsName")),
				ZoneID:               ptr.To(stack.Await(of.Key(), "zoneId")),
				EvaluateTargetHealth: ptr.To(false),
			},
		}}})
}

// serves tells whether all CloudFront edge locations know a name.
func serves(s *stack.Stack, name string) bool {
	if state, _ := s.Status(keys.Distribution, "status"); state != "Deployed" {
		return false
	}
	return slices.Contains(s.StatusList(keys.Distribution, "aliases"), name)
}
