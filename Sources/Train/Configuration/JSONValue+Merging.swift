extension JSONValue {
  /// This value with another's in their place: members of objects are merged one by one, anything else
  /// is replaced.
  func merged(with other: JSONValue) -> JSONValue {
    guard let members = other.members, var result = self.members else { return other }
    for member in members {
      if let index = result.firstIndex(where: { $0.key == member.key }) {
        result[index].value = result[index].value.merged(with: member.value)
        result[index].origin = member.origin
      } else {
        result.append(member)
      }
    }
    return JSONValue(.object(result), origin: other.origin)
  }
}
