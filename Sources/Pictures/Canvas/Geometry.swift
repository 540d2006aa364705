/// A place on a picture, in points from the top left corner.
package struct Point: Equatable, Sendable {
    package var x: Double
    package var y: Double

    package init(_ x: Double, _ y: Double) {
        self.x = x
        self.y = y
    }
}

/// An upright rectangle on a picture, in points from the top left corner.
package struct Rect: Equatable, Sendable {
    package var x: Double
    package var y: Double
    package var width: Double
    package var height: Double

    package init(x: Double, y: Double, width: Double, height: Double) {
        self.x = x
        self.y = y
        self.width = width
        self.height = height
    }

    package var right: Double { x + width }
    package var bottom: Double { y + height }
    package var middle: Point { Point(x + width / 2, y + height / 2) }

    /// The two rectangles share more than `slack` points in both directions.
    package func overlaps(_ other: Rect, slack: Double = 0.5) -> Bool {
        min(right, other.right) - max(x, other.x) > slack
            && min(bottom, other.bottom) - max(y, other.y) > slack
    }

    /// `other` lies within this rectangle, give or take `slack` points.
    package func contains(_ other: Rect, slack: Double = 0.5) -> Bool {
        other.x >= x - slack && other.y >= y - slack && other.right <= right + slack
            && other.bottom <= bottom + slack
    }

    func contains(_ point: Point) -> Bool {
        point.x >= x && point.x <= right && point.y >= y && point.y <= bottom
    }

    /// The rectangle made larger (or smaller) by `amount` on all four sides.
    func grown(by amount: Double) -> Rect {
        Rect(
            x: x - amount, y: y - amount, width: width + 2 * amount, height: height + 2 * amount)
    }
}
